// The bar of tools above the panes.

import { CaseTools } from "./case_tools.js"
import { MODES } from "./editing.js"
import { element } from "./elements.js"
import { STEP } from "./gestures.js"
import { isEmpty, noMarks } from "./prompts.js"

/** The tools above the panes. `update` sets which buttons are pressed or disabled. */
export class Bar {
  constructor(viewer) {
    this.viewer = viewer
    this.root = viewer.root.querySelector(".bar")
  }

  /** Rebuild the tools only if their words or number changed, so that a click keeps the focus. */
  show() {
    const { data, editor } = this.viewer
    const parts = [data.words, data.sets, Boolean(data.photograph), Boolean(data.toolbar), data.editor && shapeOf(data.editor)]
    const shape = JSON.stringify(parts)
    if (shape !== this.shape) {
      this.shape = shape
      for (const [name, value] of Object.entries({ role: "toolbar", "aria-label": data.words.tools })) {
        editor ? this.root.setAttribute(name, value) : this.root.removeAttribute(name)
      }
      this.root.replaceChildren(...(editor ? this.forEditing() : this.forComparing()))
    }
    this.cases?.show()
    this.update()
  }

  update() {
    const { view, editor, set, data } = this.viewer
    for (const button of this.root.querySelectorAll(".sets button")) {
      button.setAttribute("aria-pressed", button.value === set.key)
    }
    const zoom = view.zoom.toFixed(view.zoom < 10 ? 1 : 0).replace(".", data.words.decimal_point)
    this.zoomShown.textContent = `${zoom}×`
    this.out.disabled = this.whole.disabled = view.zoom <= 1
    this.opacity.value = this.viewer.choice.opacity
    if (!editor) {
      this.actual.disabled = !this.viewer.canShowActual
      return
    }
    for (const button of this.root.querySelectorAll(".modes button")) {
      button.setAttribute("aria-pressed", button.value === editor.mode)
    }
    this.undo.disabled = !editor.history.length
    this.clear.disabled = isEmpty(editor.marks)
  }

  forEditing() {
    const sets = this.viewer.data.sets.length > 1 ? [this.sets()] : []
    return [...this.editingTools(), ...sets, ...this.tinting(), this.zoom()]
  }

  forComparing() {
    const { data } = this.viewer
    const shown = [this.sets(), ...this.tinting(), this.zoom()]
    if (!data.toolbar) return shown
    this.cases = new CaseTools(this.viewer)
    const tools = element("div", { className: "tools" }, ...shown, this.cases.actions)
    return [this.cases.where, tools]
  }

  button(word, onclick, more = {}) {
    return element("button", { type: "button", textContent: this.viewer.data.words[word], onclick, ...more })
  }

  sets() {
    const { data } = this.viewer
    const buttons = data.sets.map(({ key, label }) => {
      const onclick = () => this.viewer.choose({ set: key, slots: null })
      return element("button", { type: "button", value: key, textContent: label, onclick })
    })
    return element("div", { className: "sets", role: "group", "aria-label": data.words.sets }, ...buttons)
  }

  editingTools() {
    const { data, editor } = this.viewer
    const modes = MODES.map((mode) => this.button(mode, () => editor.choose(mode), { value: mode }))
    this.undo = this.button("undo", () => editor.undo())
    this.clear = this.button("clear", () => editor.change(noMarks()))
    const asRun = this.button("as_run", () => editor.change(this.viewer.data.editor.run_marks))
    return [
      element("div", { className: "modes", role: "group", "aria-label": data.words.mode }, ...modes),
      ...[this.undo, this.clear, ...(data.editor.run_marks ? [asRun] : [])],
    ]
  }

  /** The opacity of the colors, and whether the outline of the reference mask is drawn. */
  tinting() {
    const { viewer } = this
    const { data, editor, choice } = viewer
    this.opacity = element("input", { type: "range", min: 0, max: 100, step: 1, value: choice.opacity })
    this.opacity.oninput = () => {
      choice.opacity = Number(this.opacity.value)
      viewer.draw()
    }
    this.opacity.onchange = () => viewer.remember()
    this.opacity.onkeydown = (event) => event.stopPropagation()
    const name = element("span", {}, data.words.opacity)
    const label = element("label", { className: "opacity", title: data.words.opacity }, name, this.opacity)
    label.hidden = !data.photograph
    if (!editor || !data.editor.outline) return [label]
    const box = element("input", { type: "checkbox", checked: editor.showsOutline })
    box.onchange = () => {
      editor.showsOutline = box.checked
      viewer.draw()
    }
    return [label, element("label", {}, box, data.words.outline)]
  }

  zoom() {
    const { viewer } = this
    const { words } = viewer.data
    const named = (word, className, textContent) => ({ className, textContent, title: words[word], "aria-label": words[word] })
    this.out = this.button("zoom_out", () => viewer.zoom(1 / STEP), named("zoom_out", "out", "−"))
    const closer = this.button("zoom_in", () => viewer.zoom(STEP), named("zoom_in", "in", "+"))
    this.whole = this.button("whole", () => viewer.reset(), { className: "whole" })
    this.zoomShown = element("output")
    this.actual = element("button", { type: "button", textContent: "1:1", onclick: () => viewer.showActual() })
    if (words.actual) Object.assign(this.actual, { title: words.actual, ariaLabel: words.actual })
    const actual = viewer.editor ? [] : [this.actual]
    const parts = [this.out, this.zoomShown, closer, this.whole, ...actual]
    return element("div", { className: "zoom", role: "group", "aria-label": words.zoom }, ...parts)
  }
}

function shapeOf({ run_marks: runMarks, outline }) {
  return [Boolean(runMarks), Boolean(outline)]
}
