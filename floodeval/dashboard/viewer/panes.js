// The markup: a bar of tools above, and panes that each show one layer, or two with a divider between them.

import { MODES } from "./editing.js"
import { STEP, dragged, keyGesture, taken, wheeled } from "./gestures.js"
import { isEmpty, noMarks } from "./prompts.js"

/** An element with properties, attributes (role, aria-...) and children. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name === "role" || name.startsWith("aria-")) made.setAttribute(name, value)
    else made[name] = value
  }
  made.append(...children)
  return made
}

// The bar ----------------------------------------------------------------------------------------------------

/** The tools above the panes. `update` sets which buttons are pressed or disabled. */
export class Bar {
  constructor(viewer) {
    this.viewer = viewer
    this.root = viewer.root.querySelector(".bar")
  }

  /** Rebuild the tools only if their words or number changed, so that a click keeps the focus. */
  show() {
    const { data, editor } = this.viewer
    const parts = [data.words, data.sets, Boolean(data.photograph), data.editor && shapeOf(data.editor)]
    const shape = JSON.stringify(parts)
    if (shape !== this.shape) {
      this.shape = shape
      for (const [name, value] of Object.entries({ role: "toolbar", "aria-label": data.words.tools })) {
        editor ? this.root.setAttribute(name, value) : this.root.removeAttribute(name)
      }
      const tools = editor ? this.editingTools() : [this.sets()]
      const link = editor ? [] : [this.button("link", () => this.viewer.copyLink(), { className: "link" })]
      this.root.replaceChildren(...tools, ...this.tinting(), this.zoom(), ...link)
    }
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
    if (!editor) return
    for (const button of this.root.querySelectorAll(".modes button")) {
      button.setAttribute("aria-pressed", button.value === editor.mode)
    }
    this.undo.disabled = !editor.history.length
    this.clear.disabled = isEmpty(editor.marks)
  }

  button(word, onclick, more = {}) {
    return element("button", { type: "button", textContent: this.viewer.data.words[word], onclick, ...more })
  }

  sets() {
    const { data } = this.viewer
    const buttons = data.sets.map(({ key, label }) => {
      const onclick = () => this.viewer.choose({ set: key, panes: null })
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
    const label = element("label", { className: "opacity" }, element("span", {}, data.words.opacity), this.opacity)
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
    const parts = [this.out, this.zoomShown, closer, this.whole]
    return element("div", { className: "zoom", role: "group", "aria-label": words.zoom }, ...parts)
  }
}

function shapeOf({ run_marks: runMarks, outline }) {
  return [Boolean(runMarks), Boolean(outline)]
}

// Panes ------------------------------------------------------------------------------------------------------

/** One pane. `places` are those of the set's layers that it shows: one, or two with a divider. */
export class Pane {
  constructor(viewer, places) {
    Object.assign(this, { viewer, places })
    this.ground = element("canvas", { className: "ground" })
    this.stage = element("div", { className: "stage" }, this.ground)
    this.caption = element("figcaption")
    this.notes = element("div", { className: "notes" })
    this.figure = element("figure", {}, this.caption, this.stage, this.notes)
    if (viewer.editor) this.makeEditable()
    else this.makeViewable()
    const zoom = (factor, at) => viewer.zoom(factor, this, at)
    const onWheel = (event) => wheeled(event, viewer.view.zoom <= 1, zoom)
    this.stage.addEventListener("wheel", onWheel, { passive: false })
    if (places.length > 1) this.divider = new Divider(viewer, this.stage)
  }

  makeEditable() {
    this.ground.setAttribute("aria-hidden", "true")
    const described = { role: "application", "aria-describedby": "hint keys" }
    this.marks = element("canvas", { className: "marks", tabIndex: this.places[0] ? -1 : 0, ...described })
    this.stage.append(this.marks)
    this.viewer.editor.listen(this)
  }

  makeViewable() {
    this.ground.setAttribute("role", "img")
    Object.assign(this.stage, { tabIndex: 0, title: this.viewer.data.words.stage })
    this.stage.setAttribute("role", "group")
    listenToView(this.viewer, this)
  }

  /** The space for the picture, in CSS pixels. */
  get room() {
    const { width, height } = this.stage.getBoundingClientRect()
    return { width, height }
  }

  /** A point of the window in coordinates of this pane. */
  local([clientX, clientY]) {
    const { left, top } = this.stage.getBoundingClientRect()
    return [clientX - left, clientY - top]
  }

  /** Show layers: their titles, the text after each title, and what their colors mean. */
  show(layers) {
    this.layers = layers
    const alt = layers.map((layer) => layer.alt).join(" | ")
    ;(this.marks ?? this.ground).setAttribute("aria-label", alt)
    if (!this.marks) {
      const titles = layers.map((layer) => layer.title).join(" | ")
      this.stage.setAttribute("aria-label", `${titles}. ${this.viewer.data.words.stage}`)
    }
    this.caption.replaceChildren(...layers.map((layer, at) => this.head(layer, this.places[at])))
    this.notes.replaceChildren(...layers.map(noteOf))
  }

  head(layer, place) {
    if (this.viewer.editor) return element("div", { className: "title" }, ...swatchOf(layer.swatch), layer.title)
    const aside = element("span", { className: "aside", textContent: layer.aside })
    return element("div", { className: "head" }, layerSelect(this.viewer, place), aside)
  }
}

function layerSelect(viewer, place) {
  const { layers, words } = viewer.data
  const options = layers.map(({ key, title }) => element("option", { value: key, textContent: title }))
  const select = element("select", { "aria-label": `${words.pane} ${place + 1}` }, ...options)
  select.value = viewer.shown[place]
  select.onchange = () => {
    viewer.choose({ panes: viewer.shown.map((key, at) => (at === place ? select.value : key)) })
    viewer.root.querySelectorAll(".panes select")[place]?.focus()
  }
  return select
}

function noteOf({ key_entries: entries }) {
  const parts = entries.map(({ swatch, text, strong }) =>
    element("span", { className: strong ? "strong" : "" }, ...swatchOf(swatch), text),
  )
  return element("div", { className: "note" }, ...parts)
}

function swatchOf(source) {
  return source ? [element("img", { src: source, alt: "" })] : []
}

/** Drag to move, double-click for the whole, and keys. */
function listenToView(viewer, pane) {
  const { stage } = pane
  const held = new Map()
  const pan = (dx, dy) => viewer.pan(pane, dx, dy)
  const zoom = (factor, at) => viewer.zoom(factor, pane, at)
  stage.onpointerdown = (event) => {
    if (event.button) return
    held.set(event.pointerId, event)
    stage.setPointerCapture(event.pointerId)
    stage.classList.add("held")
  }
  stage.onpointermove = (event) => {
    if (held.has(event.pointerId)) dragged(held, event, { pan, zoom })
  }
  stage.onpointerup = stage.onpointercancel = (event) => {
    held.delete(event.pointerId)
    stage.classList.toggle("held", held.size > 0)
  }
  stage.ondblclick = () => viewer.reset()
  stage.onkeydown = (event) => {
    if (event.target === stage && answerKey(viewer, pane, event)) taken(event)
  }
}

function answerKey(viewer, pane, event) {
  const gesture = keyGesture(event)
  if (gesture?.zoom) viewer.zoom(gesture.zoom)
  else if (gesture?.whole) viewer.reset()
  else if (gesture?.pan && viewer.view.zoom > 1) {
    const { width, height } = pane.room
    viewer.pan(pane, gesture.pan[0] * width, gesture.pan[1] * height)
  } else return false // arrows of a whole picture are the page's: next and previous
  return true
}

/** The line between two layers of one pane, moved by pointer and by keys. */
class Divider {
  constructor(viewer, stage) {
    this.viewer = viewer
    this.root = element("div", { className: "divider", tabIndex: 0, role: "slider" })
    const named = { "aria-label": viewer.data.words.divider, "aria-valuemin": 0, "aria-valuemax": 100 }
    for (const [name, value] of Object.entries(named)) this.root.setAttribute(name, value)
    Object.assign(this.root, {
      onpointerdown: (event) => {
        event.stopPropagation()
        this.root.setPointerCapture(event.pointerId)
      },
      onpointermove: (event) => {
        if (!this.root.hasPointerCapture(event.pointerId)) return
        const { left, width } = stage.getBoundingClientRect()
        this.move((100 * (event.clientX - left)) / width)
      },
      onpointerup: () => viewer.remember(),
      ondblclick: (event) => event.stopPropagation(),
      onkeydown: (event) => this.press(event),
    })
    stage.append(this.root)
    this.place()
  }

  press(event) {
    const { split } = this.viewer.choice
    const to = { ArrowLeft: split - 2, ArrowRight: split + 2, Home: 0, End: 100 }[event.key]
    if (to === undefined) return
    taken(event)
    this.move(to)
    this.viewer.remember()
  }

  move(percent) {
    this.viewer.choice.split = Math.min(100, Math.max(0, percent))
    this.viewer.draw()
  }

  place() {
    const { split } = this.viewer.choice
    this.root.style.left = `${split}%`
    this.root.setAttribute("aria-valuenow", Math.round(split))
  }
}
