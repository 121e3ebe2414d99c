// Marks in the photograph's own pixels: {box: [x0, y0, x1, y1] or null, clicks: [[x, y, water], ...]}.

const MOST_CLICKS = 100

/** The pixel [x, y] of a photograph beneath a pointer; `rect` is where the whole of it lies. */
function pixelAt(clientX, clientY, rect, photograph) {
  const along = (at, from, length, pixels) =>
    Math.min(Math.max(Math.floor(((at - from) / length) * pixels), 0), pixels - 1)
  return [
    along(clientX, rect.left, rect.width, photograph.width),
    along(clientY, rect.top, rect.height, photograph.height),
  ]
}

/** The box that holds two pixels, whatever corners they are; x1 and y1 are exclusive. */
function boxAround([x, y], [otherX, otherY]) {
  return [Math.min(x, otherX), Math.min(y, otherY), Math.max(x, otherX) + 1, Math.max(y, otherY) + 1]
}

function withClick(marks, [x, y], water) {
  return { ...marks, clicks: [...marks.clicks, [x, y, water]].slice(-MOST_CLICKS) }
}

const withBox = (marks, box) => ({ ...marks, box })
const noMarks = () => ({ box: null, clicks: [] })
const isEmpty = marks => !marks.box && marks.clicks.length === 0
const sameMarks = (one, other) => JSON.stringify([one.box, one.clicks]) === JSON.stringify([other.box, other.clicks])
