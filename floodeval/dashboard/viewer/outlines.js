// Outlines of masks: Python traces them along the edges of the pixels, here they are drawn at any zoom.

const CASING_PX = 4
const LINE_PX = 2

/** Draw an outline, cased so that it shows on any ground. `scale` is CSS pixels per unit of the context. */
export function drawOutline(context, path, { color, casing, dash }, scale) {
  context.lineJoin = "round"
  for (const [style, width, dashes] of [[casing, CASING_PX, []], [color, LINE_PX, dash]]) {
    context.strokeStyle = style
    context.lineWidth = width / scale
    context.setLineDash(dashes.map((length) => length / scale))
    context.stroke(path)
  }
  context.setLineDash([])
}

/** Paths by their text, so that each is parsed once. */
export class Paths {
  constructor(make = (text) => new Path2D(text)) {
    this.make = make
    this.kept = new Map()
  }

  of(text) {
    if (!this.kept.has(text)) this.kept.set(text, this.make(text))
    return this.kept.get(text)
  }

  clear() {
    this.kept.clear()
  }
}
