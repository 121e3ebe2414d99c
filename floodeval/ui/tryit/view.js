// The part of the photograph that the panes show: `zoom` times as large as the whole, from the corner (x, y) on.
// Corners and places are shares of a side, of the photograph or of a pane, which has the photograph's proportions.

const WHOLE = { zoom: 1, x: 0, y: 0 }
const EDGE = 0.1 // of a pane: a pixel that is reached lies no nearer to its edge

/** The view `factor` times as close, no closer than `most`, in which what lies at a place of the pane stays there. */
function zoomed(view, factor, [across, down], most) {
  const zoom = Math.min(Math.max(view.zoom * factor, 1), Math.max(most, 1))
  const from = (corner, place) => corner + place / view.zoom - place / zoom
  return within({ zoom, x: from(view.x, across), y: from(view.y, down) })
}

/** The view after the photograph was dragged by a share of the pane. */
function moved(view, dx, dy) {
  return within({ ...view, x: view.x - dx / view.zoom, y: view.y - dy / view.zoom })
}

/** The view moved as little as shows a place of the photograph. */
function reaching(view, [x, y]) {
  const reach = (corner, place) =>
    Math.min(Math.max(corner, place - (1 - EDGE) / view.zoom), place - EDGE / view.zoom)
  return within({ ...view, x: reach(view.x, x), y: reach(view.y, y) })
}

/** The place of the photograph in the middle of a view. */
const middleOf = ({ zoom, x, y }) => [x + 0.5 / zoom, y + 0.5 / zoom]

/** Where the whole photograph would lie, were the pane not its end; `rect` is the pane's. */
function spreadOf({ zoom, x, y }, { left, top, width, height }) {
  return { left: left - x * zoom * width, top: top - y * zoom * height, width: zoom * width, height: zoom * height }
}

function within({ zoom, x, y }) {
  const clamped = (corner) => Math.min(Math.max(corner, 0), 1 - 1 / zoom)
  return { zoom, x: clamped(x), y: clamped(y) }
}
