// The editor of prompts: what pointers and keys on the panes mark in the photograph, and undo.

import { arrowOf, dragged, keyGesture, taken } from "./gestures.js"
import { boxAround, noMarks, pixelAt, sameMarks, withBox, withClick } from "./prompts.js"

const DRAG_PX = 5 // a pointer that moves less is a click
export const MODES = ["water", "land", "box", "move"]

export class Editor {
  constructor(viewer) {
    this.viewer = viewer
    this.marks = noMarks()
    this.history = []
    this.mode = "water"
    this.showsOutline = false
    this.forget()
  }

  /** Start again with another photograph, which has these marks. */
  begin(marks) {
    Object.assign(this, { marks, history: [] })
    this.forget()
  }

  /** Forget where pointer and keyboard are: the cross, the pixel the keys are at, a box's first corner. */
  forget() {
    this.cursor = this.keyed = this.corner = this.pressed = null
  }

  change(marks) {
    if (sameMarks(marks, this.marks)) return
    this.history.push(this.marks)
    this.settle(marks)
  }

  undo() {
    if (this.history.length) this.settle(this.history.pop())
  }

  settle(marks) {
    this.marks = marks
    this.corner = null
    this.viewer.marked()
  }

  choose(mode) {
    this.mode = mode
    this.corner = null
    this.viewer.showTools()
    this.viewer.paintMarks()
  }

  /** A click or the Enter key: a click on water or land, or a corner of a box. */
  mark(pixel, land) {
    if (this.mode === "move") return
    if (this.mode !== "box" || land) {
      this.change(withClick(this.marks, pixel, this.mode === "water" && !land))
    } else if (this.corner) {
      this.change(withBox(this.marks, boxAround(this.corner, pixel)))
    } else {
      this.corner = this.cursor = pixel
      this.viewer.paintMarks()
    }
  }

  // Pointers ---------------------------------------------------------------------------------------------------

  listen(pane) {
    const held = new Map() // by pointer: its last event, while it is down
    const gesture = {
      pan: (dx, dy) => this.viewer.pan(pane, dx, dy),
      zoom: (factor, at) => this.viewer.zoom(factor, pane, at),
    }
    Object.assign(pane.marks, {
      onpointerdown: (event) => this.press(pane, held, event),
      onpointermove: (event) => this.move(pane, held, gesture, event),
      onpointerup: (event) => this.release(pane, held, event),
      onpointercancel: (event) => {
        held.delete(event.pointerId)
        this.giveUp()
      },
      onpointerleave: () => this.leave(),
      onblur: () => this.leave(),
      onmousedown: (event) => event.button === 1 && event.preventDefault(), // which would scroll the page
      oncontextmenu: (event) => event.preventDefault(),
      onkeydown: (event) => this.key(event) && taken(event),
    })
  }

  press(pane, held, event) {
    held.set(event.pointerId, event)
    if (held.size > 1) return this.giveUp() // two fingers zoom
    const { clientX: x, clientY: y, button } = event
    const pans = this.mode === "move" || button === 1 || (this.isFinger(event) && this.viewer.view.zoom > 1)
    this.pressed = { x, y, button, pixel: this.pixel(pane, event), land: event.shiftKey || button === 2, pans }
    if (!this.isFinger(event) || pans) pane.marks.setPointerCapture(event.pointerId)
  }

  move(pane, held, gesture, event) {
    const { pressed } = this
    if (pressed && isFar(pressed, event)) pressed.moved = true
    const drags = held.size > 1 || (pressed?.pans && pressed.moved)
    if (drags && held.has(event.pointerId)) dragged(held, event, gesture)
    if (held.size > 1 || this.isFinger(event) || pressed?.pans || this.mode === "move") return
    this.cursor = this.pixel(pane, event)
    if (pressed?.moved && !pressed.land) this.corner = pressed.pixel
    this.viewer.paintMarks()
  }

  release(pane, held, event) {
    held.delete(event.pointerId)
    const { pressed } = this
    this.pressed = null
    if (!pressed) return
    if (!pressed.moved && !isFar(pressed, event)) {
      if (pressed.button !== 1) this.mark(pressed.pixel, pressed.land)
    } else if (this.corner === pressed.pixel) {
      this.change(withBox(this.marks, boxAround(pressed.pixel, this.pixel(pane, event))))
    }
  }

  giveUp() {
    if (this.corner === this.pressed?.pixel) this.corner = null
    this.pressed = null
    this.viewer.paintMarks()
  }

  leave() {
    if (this.pressed || this.corner) return
    this.cursor = null
    this.viewer.paintMarks()
  }

  /** A finger taps or pans, and has no cross; it draws boxes only in box mode. */
  isFinger(event) {
    return event.pointerType === "touch" && this.mode !== "box"
  }

  pixel(pane, event) {
    return pixelAt(pane.local([event.clientX, event.clientY]), this.viewer.placeIn(pane), this.viewer.data.full)
  }

  // Keys -------------------------------------------------------------------------------------------------------

  /** Handle a key; returns whether it had an effect. */
  key(event) {
    const gesture = arrowOf(event.key) ? null : keyGesture(event)
    if (arrowOf(event.key)) this.step(arrowOf(event.key), event.shiftKey)
    else if (event.key === "Enter" || event.key === " ") {
      this.cursor = this.reached()
      this.mark(this.cursor, event.shiftKey)
    } else if (gesture?.zoom) this.viewer.zoom(gesture.zoom)
    else if (gesture?.whole) this.viewer.reset()
    else if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) this.undo()
    else if (event.key === "Escape" && this.corner) {
      this.corner = null
      this.viewer.paintMarks()
    } else return false
    return true
  }

  step([right, down], byPixel) {
    const { full } = this.viewer.data
    const step = byPixel ? 1 : Math.max(1, Math.round(Math.max(...full) / 50 / this.viewer.view.zoom))
    const [x, y] = this.reached()
    const within = (value, length) => Math.min(Math.max(value, 0), length - 1)
    this.cursor = this.keyed = [within(x + right * step, full[0]), within(y + down * step, full[1])]
    this.viewer.reach(this.cursor)
    this.viewer.speak(
      this.viewer.data.words.position.replace("{x}", this.cursor[0]).replace("{y}", this.cursor[1]),
    )
    this.viewer.paintMarks()
  }

  /** The pixel that the keys are at: that of the cross, else where they were last, else the view's middle. */
  reached() {
    const { view, data } = this.viewer
    return this.cursor ?? this.keyed ?? [Math.floor(view.x * data.full[0]), Math.floor(view.y * data.full[1])]
  }
}

function isFar({ x, y }, event) {
  return Math.hypot(event.clientX - x, event.clientY - y) > DRAG_PX
}
