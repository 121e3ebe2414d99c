// A photograph with masks in panes that zoom and move together; in an editor, the user places prompts.
//
// Python sends the photograph, the outline of every mask and, for every pixel, which masks have water there
// (contract.md). Colors, outlines and prompts are drawn over the photograph here, in its own pixels, so that
// layers, opacity, zoom and divider need no request to the server.

import { Bar } from "./bar.js"
import { listenToKeys } from "./commands.js"
import { checkBits, checked } from "./contract.js"
import { Editor } from "./editing.js"
import { Tints, unpacked } from "./layers.js"
import { applyView } from "./links.js"
import { Paths } from "./outlines.js"
import { paintMarks, paintPane } from "./painting.js"
import { Pane } from "./panes.js"
import { isKept, pictureOf } from "./pictures.js"
import { sameMarks } from "./prompts.js"
import { remember, remembered } from "./remembered.js"
import { SharedView } from "./shared_view.js"
import { exchanged, slotsOf, targetOf } from "./slots.js"
import { Thumbnail } from "./thumbnails.js"
import { WHOLE, clamped, cornerOf } from "./view.js"

const SETTLED_MS = 140 // after the last change it is drawn at the best quality
const FOLLOWING_MS = 20 // after the panes of another photograph, its thumbnails are drawn
const FAILED = "The picture cannot be shown"

const viewers = new WeakMap() // by the element that a component is mounted in

export default function mount({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!viewers.has(parentElement)) viewers.set(parentElement, new Viewer(parentElement))
  const viewer = viewers.get(parentElement)
  viewer.trigger = setTriggerValue
  viewer.take(data, setStateValue)
  return () => {
    viewer.close()
    viewers.delete(parentElement)
  }
}

class Viewer extends SharedView {
  constructor(parent) {
    super()
    this.root = parent.querySelector(".viewer")
    this.grid = this.root.querySelector(".panes")
    this.status = this.root.querySelector(".status")
    this.choice = { set: null, slots: null, opacity: 60, split: 50 }
    this.thumbnails = []
    this.active = 0 // the pane that a thumbnail is swapped with
    this.paths = new Paths()
    this.bar = new Bar(this)
    this.sizes = new ResizeObserver(() => this.draw())
    this.deafen = listenToKeys((command) => this.isShown && this.bar.cases?.answer(command))
  }

  close() {
    this.sizes.disconnect()
    this.deafen()
    clearTimeout(this.settling)
  }

  // Messages ---------------------------------------------------------------------------------------------------

  /** Show a message; an error is shown in place of the panes. */
  async take(message, setStateValue) {
    this.asked = message
    try {
      checked(message)
      this.start(message, setStateValue)
      const same = this.packed === message.bits
      const [photograph, bits] = await Promise.all([
        pictureOf(message.photograph),
        same ? this.bits : unpacked(message.bits),
      ])
      if (this.asked !== message) return
      if (photograph === undefined) return this.send() // it was sent to a page that is gone
      checkBits(bits, message.size)
      Object.assign(this, { photograph, bits, packed: message.bits })
      if (!same || this.tints.size.join() !== message.size.join()) {
        this.tints = new Tints(bits, message.size, message.hatches)
      }
    } catch (error) {
      if (this.asked === message) this.fail(message, error)
      return
    }
    this.receive(message)
  }

  /** Create the editor, or give it another photograph's marks. */
  start(message, setStateValue) {
    const other = this.started !== message.name
    this.started = message.name
    if (message.editor) {
      this.editor ??= new Editor(this)
      this.report = (has) =>
        setStateValue("marks", { photograph: message.photograph.id, has, ...this.editor.marks })
      if (other) this.editor.begin(message.editor.marks)
    } else if (!this.data) Object.assign(this.choice, remembered())
  }

  receive(message) {
    const other = this.data?.name !== message.name
    this.data = message
    if (other) {
      this.paths.clear()
      this.view = WHOLE
      this.speak("")
    }
    if (message.view && message.view !== this.viewed) applyView(this, message.view)
    this.viewed = message.view
    this.arrange()
    if (this.editor) this.speak(message.editor.spoken)
  }

  send() {
    const { id } = this.asked.photograph
    this.report(isKept(id) ? id : null)
  }

  fail(message, { message: reason }) {
    const fault = this.root.querySelector(".fault")
    fault.textContent = `${message?.words?.failed ?? FAILED} (${reason})`
    this.hide(true)
  }

  /** Whether there are panes, and no error in their place. */
  get isShown() {
    return Boolean(this.data) && this.root.querySelector(".fault").hidden
  }

  hide(hidden) {
    for (const name of [".bar", ".layout", "#hint", "#keys", ".footnote"]) this.root.querySelector(name).hidden = hidden
    this.root.querySelector(".fault").hidden = !hidden
  }

  speak(text) {
    this.status.textContent = text
  }

  // Panes, and what they show ----------------------------------------------------------------------------------

  get set() {
    return this.data.sets.find((set) => set.key === this.choice.set) || this.data.sets[0]
  }

  /** The keys of the layers that the panes and thumbnails show. */
  get slots() {
    return slotsOf(this.set, this.choice.slots, this.data.layers.map(({ key }) => key))
  }

  layer(key) {
    return this.data.layers.find((layer) => layer.key === key)
  }

  arrange() {
    const { data, editor, root } = this
    const ratio = data.size[0] / data.size[1]
    root.style.setProperty("--aspect", editor ? ratio : Math.min(2, Math.max(1.2, ratio)))
    root.classList.toggle("editable", Boolean(editor))
    this.hide(false)
    for (const help of ["hint", "keys"]) root.querySelector(`#${help}`).textContent = data.words[help] ?? ""
    this.makePanes()
    const { slots } = this
    for (const pane of this.panes) pane.show(pane.places.map((place) => this.layer(slots[place])))
    for (const thumbnail of this.thumbnails) thumbnail.show(this.layer(slots[thumbnail.place]))
    const footnotes = new Set(this.panes.flatMap(({ layers }) => layers.map(({ footnote }) => footnote)))
    root.querySelector(".footnote").textContent = [...footnotes].filter(Boolean).join(" ")
    this.bar.show()
    this.paint("high")
    this.showTools()
    root.dataset.shown = data.id
    clearTimeout(this.settling)
    this.settling = setTimeout(() => this.paintThumbnails(), FOLLOWING_MS)
  }

  /** Rebuild the panes only if their number or kind changed, so that the focus stays. */
  makePanes() {
    const { set, data, sizes } = this
    const places = set.split ? [[0, 1]] : set.panes.map((_, place) => [place])
    const shape = JSON.stringify([places, set.thumbnails.length, data.words])
    if (shape === this.shape) return
    this.shape = shape
    this.active = 0
    sizes.disconnect()
    this.panes = places.map((these) => new Pane(this, these))
    this.grid.dataset.n = this.panes.length
    this.grid.replaceChildren(...this.panes.map(({ figure }) => figure))
    this.thumbnails = set.thumbnails.map((_, at) => new Thumbnail(this, set.panes.length + at, at + 1))
    const row = this.root.querySelector(".thumbnails")
    row.setAttribute("aria-label", data.words.thumbnails ?? "")
    row.replaceChildren(...this.thumbnails.map(({ button }) => button))
    row.hidden = !this.thumbnails.length
    this.activate(this.panes[0])
    for (const { stage } of [...this.panes, ...this.thumbnails]) sizes.observe(stage)
  }

  /** Make a pane the one that thumbnails are swapped with. */
  activate(pane) {
    this.active = this.panes.indexOf(pane)
    this.panes.forEach(({ figure }, at) => (figure.dataset.active = at === this.active))
  }

  /** Exchange a thumbnail's layer with that of the active pane, or with `other` of the pane after it. */
  swap(place, other) {
    const pane = targetOf(this.set, this.active, other)
    this.choose({ slots: exchanged(this.slots, pane, place) })
    this.speak("")
  }

  choose(choice) {
    Object.assign(this.choice, choice)
    this.remember()
    this.arrange()
  }

  remember() {
    if (!this.editor) remember(this.choice)
  }

  /** Update what shows the state of the tools: pressed buttons, the pointer's shape, whether an answer is due. */
  showTools() {
    const { editor, grid, view, data } = this
    this.bar.update()
    grid.classList.toggle("zoomed", view.zoom > 1)
    grid.classList.toggle("boxing", editor?.mode === "box")
    grid.classList.toggle("moving", editor?.mode === "move")
    grid.classList.toggle("waiting", Boolean(editor) && !sameMarks(editor.marks, data.editor.marks))
  }

  /** The marks changed: show them and request an answer. */
  marked() {
    this.showTools()
    this.paintMarks()
    this.send()
  }

  // Drawing ----------------------------------------------------------------------------------------------------

  /** Draw once per frame, and in the best quality once nothing changes any more. */
  draw() {
    if (!this.data) return
    clearTimeout(this.settling)
    this.settling = setTimeout(() => {
      this.paint("high")
      this.paintThumbnails()
    }, SETTLED_MS)
    this.asking ??= requestAnimationFrame(() => {
      this.asking = null
      this.paint("low")
    })
  }

  paint(quality) {
    const { panes, grid, data } = this
    if (!panes.length) return
    this.view = clamped(this.view, panes[0].room, data.size)
    for (const pane of panes) paintPane(this, pane, quality)
    this.paintMarks()
    const numbers = [this.view.zoom, ...cornerOf(this.view, panes[0].room, data.size)]
    grid.dataset.view = numbers.map((number) => number.toFixed(4)).join(" ")
  }

  /** Thumbnails follow once nothing changes any more, so that they cost the panes no time. */
  paintThumbnails() {
    for (const thumbnail of this.thumbnails) paintPane(this, thumbnail, "high")
  }

  paintMarks() {
    if (!this.editor || !this.data) return
    for (const pane of this.panes) paintMarks(this, pane)
  }
}
