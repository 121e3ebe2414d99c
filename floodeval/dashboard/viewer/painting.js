// A pane's canvases: the photograph, a layer's colors, outlines and prompts, drawn over each other.

import { drawOutline } from "./outlines.js"
import { drawGiven, drawMarks, drawNumbered } from "./prompts.js"

const MARGIN = "#B9C4CB" // as in floodeval/viz/style.py, like the next
const LAND = "#E9EEF1"
const MOST_PIXELS = 3 // screen pixels per CSS pixel; more cost time and are not visible

/** Paint what a pane shows: one layer, or two with the second on the right of the divider. */
export function paintPane(viewer, pane, quality) {
  const place = viewer.placeIn(pane)
  const { context, width, height, ratio } = fitted(pane.ground, pane.room)
  context.imageSmoothingQuality = quality
  paintLayer(viewer, context, pane.layers[0], place, ratio)
  if (pane.divider) {
    const at = (width * viewer.choice.split) / 100
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.beginPath()
    context.rect(at, 0, width - at, height)
    context.clip()
    paintLayer(viewer, context, pane.layers[1], place, ratio)
    context.restore()
    pane.divider.place()
  }
  pane.stage.dataset.zoomed = viewer.view.zoom > 1
  pane.stage.dataset.place = [place.scale, place.left, place.top].map((number) => number.toFixed(3)).join(" ")
}

/** Paint the user's marks over a pane. */
export function paintMarks(viewer, pane) {
  const { context, width, height, ratio } = fitted(pane.marks, pane.room)
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, width, height)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  drawMarks(context, viewer.editor, viewer.placeIn(pane), viewer.data.full)
}

function paintLayer(viewer, context, layer, place, ratio) {
  const { data, photograph } = viewer
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.fillStyle = MARGIN
  context.fillRect(0, 0, context.canvas.width, context.canvas.height)
  context.setTransform(place.scale * ratio, 0, 0, place.scale * ratio, place.left * ratio, place.top * ratio)
  context.imageSmoothingEnabled = place.scale * ratio < 2
  paintGround(context, photograph, data.size)
  const opacity = photograph ? viewer.choice.opacity / 100 : 1
  if (layer.styles.length && opacity) {
    context.globalAlpha = opacity
    context.drawImage(viewer.tints.of(layer), 0, 0)
    context.globalAlpha = 1
  }
  for (const [text, style] of outlinesOf(viewer, layer)) {
    drawOutline(context, viewer.paths.of(text), style, place.scale)
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  const given = layer.given ?? (layer.prompt ? data.prompt : null)
  if (given) drawGiven(context, given, place, data.full)
  drawNumbered(context, layer.clicks, place, data.full)
}

function paintGround(context, photograph, [width, height]) {
  if (photograph) context.drawImage(photograph.image, 0, 0, width, height)
  else {
    context.fillStyle = LAND
    context.fillRect(0, 0, width, height)
  }
}

/** The outlines of a layer, and that of the reference mask if it is turned on: path and style. */
function outlinesOf({ data, editor, photograph }, layer) {
  const found = layer.outlines.map((style) => [data.outline_paths[style.bit], style])
  const truth = editor?.showsOutline && photograph?.outline
  return truth ? [...found, [truth, data.editor.outline]] : found
}

/** A canvas that has a pixel for every one of the screen's. */
function fitted(canvas, room) {
  const ratio = Math.min(window.devicePixelRatio || 1, MOST_PIXELS)
  const [width, height] = [room.width, room.height].map((side) => Math.max(1, Math.round(side * ratio)))
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  return { context: canvas.getContext("2d"), width, height, ratio }
}
