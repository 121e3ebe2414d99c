// Small pictures of the layers that no large pane shows; each is a button that swaps it in.

import { element } from "./elements.js"

export class Thumbnail {
  /** `place` counts all places of the set, `number` is the thumbnail's key on the keyboard. */
  constructor(viewer, place, number) {
    Object.assign(this, { viewer, place, number })
    this.ground = element("canvas", { "aria-hidden": "true" })
    this.stage = element("span", { className: "small" }, this.ground)
    this.caption = element("span", { className: "name" })
    const onclick = (event) => viewer.swap(place, event.shiftKey)
    this.button = element("button", { type: "button", onclick }, this.stage, this.caption)
  }

  /** The space for the picture, in CSS pixels. */
  get room() {
    const { width, height } = this.stage.getBoundingClientRect()
    return { width, height }
  }

  show(layer) {
    this.layers = [layer]
    this.button.title = `${layer.title}. ${this.viewer.data.words.swap} (${this.number})`
    this.button.setAttribute("aria-label", this.button.title)
    this.button.setAttribute("aria-keyshortcuts", this.number)
    this.caption.replaceChildren(element("kbd", { textContent: this.number }), layer.short || layer.title)
  }
}
