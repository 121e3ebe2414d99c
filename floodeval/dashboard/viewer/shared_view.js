// The part of the photograph that is in view: one for all panes, which zoom and move together.

import { PIXEL_PX, WHOLE, actualZoom, panned, placed, reaching, zoomed } from "./view.js"

/** What has panes with one view; `showTools` and `draw` are called when it changes. */
export class SharedView {
  constructor() {
    this.view = WHOLE
    this.panes = []
  }

  /** Zoom about a place of the window over a pane; without one about the cross, or the pane's middle. */
  zoom(factor, pane = this.panes[0], client = null) {
    const { size, full } = this.data
    if (client && this.editor) this.editor.keyed = null
    const at = client ? pane.local(client) : this.crossIn(pane)
    const most = this.editor ? (PIXEL_PX * full[0]) / size[0] : PIXEL_PX
    this.look(zoomed(this.view, factor, pane.room, size, { at, most }))
  }

  pan(pane, dx, dy) {
    if (this.editor) this.editor.keyed = null
    this.look(panned(this.view, dx, dy, pane.room, this.data.size))
  }

  reach(pixel) {
    this.look(reaching(this.view, this.shareOf(pixel), this.panes[0].room, this.data.size))
  }

  reset() {
    this.look(WHOLE)
  }

  /** Whether a pane is smaller than the photograph, so that one of its pixels can be one of the screen. */
  get canShowActual() {
    return Boolean(this.panes.length) && actualZoom(this.panes[0].room, this.data.size, this.data.full) > 1
  }

  showActual() {
    const { size, full } = this.data
    this.look({ ...this.view, zoom: Math.max(1, actualZoom(this.panes[0].room, size, full)) })
  }

  look(view) {
    this.view = view
    this.showTools()
    this.draw()
  }

  crossIn(pane) {
    if (!this.editor?.cursor) return undefined
    const { left, top, width, height } = this.placeIn(pane)
    const [x, y] = this.shareOf(this.editor.cursor)
    return [left + x * width, top + y * height]
  }

  shareOf([x, y]) {
    return [(x + 0.5) / this.data.full[0], (y + 0.5) / this.data.full[1]]
  }

  /** Where the whole photograph is in a pane, in CSS pixels. */
  placeIn(pane) {
    const [width, height] = this.data.size
    const { scale, left, top } = placed(this.view, pane.room, this.data.size)
    return { scale, left, top, width: width * scale, height: height * scale }
  }
}
