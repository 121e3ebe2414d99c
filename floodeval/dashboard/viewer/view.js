// The part of a picture that the panes show: `zoom` times as large as the whole, with (x, y) in the middle.
// x and y are shares of the picture's sides. A pane is {width, height} in CSS pixels, a size [width, height].

export const WHOLE = Object.freeze({ zoom: 1, x: 0.5, y: 0.5 })
export const PIXEL_PX = 32 // a pixel is shown no larger than this
const EDGE = 0.1 // of a pane: how far a place that the keyboard reaches stays from the pane's edge

/** The scale, in CSS pixels per picture pixel, at which the whole picture fits a pane. */
export function fitOf(pane, [width, height]) {
  return Math.min(pane.width / width, pane.height / height) || 1
}

/** The view moved so that no margin shows on a side along which the picture is longer than the pane. */
export function clamped({ zoom, x, y }, pane, size) {
  const [halfX, halfY] = halves(zoom, pane, size)
  return { zoom, x: within(x, halfX), y: within(y, halfY) }
}

/** Where the whole picture is in a pane: `scale` is CSS pixels per picture pixel, `left` and `top` its corner. */
export function placed(view, pane, size) {
  const { zoom, x, y } = clamped(view, pane, size)
  const scale = fitOf(pane, size) * zoom
  return { scale, left: pane.width / 2 - x * size[0] * scale, top: pane.height / 2 - y * size[1] * scale }
}

/**
 * The view `factor` times as close, in which what is at a place of the pane stays there.
 *
 * `at` is [x, y] in the pane, its middle where none is given; `most` is the largest scale.
 */
export function zoomed(view, factor, pane, size, { at = [pane.width / 2, pane.height / 2], most = PIXEL_PX } = {}) {
  const before = placed(view, pane, size)
  const fit = fitOf(pane, size)
  const zoom = Math.min(Math.max(1, most / fit), Math.max(1, view.zoom * factor))
  const scale = fit * zoom
  const middle = (place, corner, room) => (place - corner) / before.scale + (room / 2 - place) / scale
  const x = middle(at[0], before.left, pane.width) / size[0]
  const y = middle(at[1], before.top, pane.height) / size[1]
  return clamped({ zoom, x, y }, pane, size)
}

/** The zoom at which a pixel of the photograph, `full` in size, is one CSS pixel; below 1 where that is less than the whole. */
export function actualZoom(pane, size, full) {
  return full[0] / size[0] / fitOf(pane, size)
}

/** The view after the picture was dragged by CSS pixels. */
export function panned(view, dx, dy, pane, size) {
  const { scale } = placed(view, pane, size)
  return clamped({ ...view, x: view.x - dx / scale / size[0], y: view.y - dy / scale / size[1] }, pane, size)
}

/** The view moved as little as needed to show a place, given as shares of the picture's sides. */
export function reaching(view, [x, y], pane, size) {
  const [halfX, halfY] = halves(view.zoom, pane, size)
  const near = (middle, place, half) => {
    const reach = half * (1 - 2 * EDGE)
    return Math.min(Math.max(middle, place - reach), place + reach)
  }
  return clamped({ ...view, x: near(view.x, x, halfX), y: near(view.y, y, halfY) }, pane, size)
}

/** The place of the picture in the upper left corner of a pane, as shares of its sides; 0 where all is shown. */
export function cornerOf(view, pane, size) {
  const { scale, left, top } = placed(view, pane, size)
  return [Math.max(0, -left / scale / size[0]), Math.max(0, -top / scale / size[1])]
}

/** A view as text for a link: set, layers by their places in the list, zoom, middle, opacity, divider. */
export function viewText({ set, layers, view, opacity, split }) {
  const { zoom, x, y } = view
  const numbers = [zoom.toFixed(3), x.toFixed(6), y.toFixed(6), opacity, split.toFixed(0)]
  return [set, layers.join("."), ...numbers].join(",")
}

/** The parts of `viewText`; null where the text is not a view. */
export function parsedView(text) {
  const [set, layers = "", ...numbers] = text.split(",")
  const [zoom, x, y, opacity, split] = numbers.map(Number)
  if (![zoom, x, y, opacity, split].every(Number.isFinite)) return null
  return {
    set,
    layers: layers.split(".").map(Number),
    view: { zoom: Math.max(1, zoom), x, y },
    opacity: Math.min(100, Math.max(0, opacity)),
    split: Math.min(100, Math.max(0, split)),
  }
}

/** Half of what a pane shows, as shares of the picture's sides. */
function halves(zoom, pane, size) {
  const scale = fitOf(pane, size) * zoom
  return [pane.width / scale / size[0] / 2, pane.height / scale / size[1] / 2]
}

function within(middle, half) {
  return half >= 0.5 ? 0.5 : Math.min(1 - half, Math.max(half, middle))
}
