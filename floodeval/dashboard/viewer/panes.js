// Panes that each show one layer, or two with a divider between them.

import { element, swatchOf } from "./elements.js"
import { dragged, keyGesture, taken, wheeled } from "./gestures.js"
import { withLayer } from "./slots.js"

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
    this.stage.addEventListener("focus", () => this.viewer.activate(this))
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
  select.value = viewer.slots[place]
  select.onchange = () => {
    viewer.choose({ slots: withLayer(viewer.slots, place, select.value) })
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
