// Prompts in the photograph's own pixels: {box: [x0, y0, x1, y1] or null, clicks: [[x, y, water], ...]}.
// They are drawn in CSS pixels; `place` is where the photograph is in the pane: {left, top, width, height}.

export const WATER = "#C2185B"
export const LAND = "#22313A"
const MOST_CLICKS = 100
const RADIUS = 8

export const noMarks = () => ({ box: null, clicks: [] })
export const isEmpty = (marks) => !marks.box && !marks.clicks.length
export const withBox = (marks, box) => ({ ...marks, box })

export function withClick(marks, [x, y], water) {
  return { ...marks, clicks: [...marks.clicks, [x, y, water]].slice(-MOST_CLICKS) }
}

export function sameMarks(one, other) {
  return JSON.stringify([one.box, one.clicks]) === JSON.stringify([other.box, other.clicks])
}

/** The pixel [x, y] at a place of the pane; the nearest one where that is outside the photograph. */
export function pixelAt([x, y], place, [width, height]) {
  const along = (at, from, length, pixels) =>
    Math.min(Math.max(Math.floor(((at - from) / length) * pixels), 0), pixels - 1)
  return [along(x, place.left, place.width, width), along(y, place.top, place.height, height)]
}

/** The box that holds two pixels, whatever corners they are; x1 and y1 are exclusive. */
export function boxAround([x, y], [otherX, otherY]) {
  return [Math.min(x, otherX), Math.min(y, otherY), Math.max(x, otherX) + 1, Math.max(y, otherY) + 1]
}

/** Where a point of the photograph is in the pane. */
export function pointOn([x, y], place, [width, height]) {
  return [place.left + (x / width) * place.width, place.top + (y / height) * place.height]
}

/** Draw a box; a side on the photograph's edge moves in to be seen whole. */
export function drawBox(context, [x0, y0, x1, y1], place, full, { color, open = false }) {
  const strokes = [["#fff", 5], [color, 2.5]]
  const edge = strokes[0][1] / 2
  const inside = ([x, y]) => [
    Math.min(place.left + place.width - edge, Math.max(place.left + edge, x)),
    Math.min(place.top + place.height - edge, Math.max(place.top + edge, y)),
  ]
  const [left, top] = inside(pointOn([x0, y0], place, full))
  const [right, bottom] = inside(pointOn([x1, y1], place, full))
  context.setLineDash(open ? [6, 5] : [])
  for (const [style, width] of strokes) {
    context.strokeStyle = style
    context.lineWidth = width
    context.strokeRect(left, top, right - left, bottom - top)
  }
  context.setLineDash([])
}

/** Draw a disc in the middle of a pixel with a sign in it: "+" (water), "−" (land) or a number. */
export function drawDisc(context, [x, y], place, full, { color, sign }) {
  const [left, top] = pointOn([x + 0.5, y + 0.5], place, full)
  for (const [style, radius] of [["#fff", RADIUS + 1.5], [color, RADIUS]]) {
    context.beginPath()
    context.arc(left, top, radius, 0, 2 * Math.PI)
    context.fillStyle = style
    context.fill()
  }
  context.fillStyle = "#fff"
  if (sign === "+" || sign === "−") {
    context.fillRect(left - 4, top - 0.9, 8, 1.8)
    if (sign === "+") context.fillRect(left - 0.9, top - 4, 1.8, 8)
    return
  }
  context.font = "600 10px sans-serif"
  context.textAlign = "center"
  context.textBaseline = "middle"
  context.fillText(sign, left, top)
}

/** Draw the cross that shows which pixel the pointer or the keyboard is at. */
export function drawCross(context, [x, y], place, full) {
  const [left, top] = pointOn([x + 0.5, y + 0.5], place, full)
  for (const [style, width] of [["rgba(255, 255, 255, .85)", 2.6], ["rgba(0, 0, 0, .75)", 1]]) {
    context.strokeStyle = style
    context.lineWidth = width
    context.beginPath()
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(left + 4 * dx, top + 4 * dy)
      context.lineTo(left + 14 * dx, top + 14 * dy)
    }
    context.stroke()
  }
}

/** Draw the prompt that a model was given: {box, points, color}. */
export function drawGiven(context, { box, points, color }, place, full) {
  if (box) drawBox(context, box, place, full, { color })
  for (const point of points ?? []) drawDisc(context, point, place, full, { color, sign: "+" })
}

/** Draw numbered clicks, the first on top. */
export function drawNumbered(context, clicks, place, full) {
  for (const [at, { x, y, color }] of [...clicks.entries()].reverse()) {
    drawDisc(context, [x, y], place, full, { color, sign: String(at + 1) })
  }
}

/** Draw the user's marks, the box that is being drawn, and the cross. */
export function drawMarks(context, { marks, cursor, corner }, place, full) {
  const open = Boolean(corner && cursor)
  const box = open ? boxAround(corner, cursor) : marks.box
  if (box) drawBox(context, box, place, full, { color: WATER, open })
  for (const [x, y, water] of marks.clicks) {
    drawDisc(context, [x, y], place, full, { color: water ? WATER : LAND, sign: water ? "+" : "−" })
  }
  if (cursor) drawCross(context, cursor, place, full)
}
