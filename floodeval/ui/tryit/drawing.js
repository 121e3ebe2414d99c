// What the panes show: the photograph, masks in their inks, the true shore, marks and cursor.

const HATCHES = { "": [], "/": [[0, 8, 8, 0]], x: [[0, 8, 8, 0], [0, 0, 8, 8]], "-": [[0, 4, 8, 4]], ".": [[3, 4, 5, 4]] }
const PROMPT = "#C2185B"
const LAND = "#22313A"

async function picture(type, base64) {
  const image = new Image()
  image.src = `data:${type};base64,${base64}`
  await image.decode()
  return image
}

function offscreen(width, height) {
  const canvas = document.createElement("canvas")
  canvas.width = width
  canvas.height = height
  return canvas
}

/** How much of each shown pixel is in a mask, 0 to 255, from the grey picture of it. */
async function coverageOf(base64, [width, height]) {
  const image = await picture("image/png", base64)
  const context = offscreen(width, height).getContext("2d", { willReadFrequently: true })
  context.drawImage(image, 0, 0, width, height)
  const pixels = context.getImageData(0, 0, width, height).data
  const coverage = new Uint8ClampedArray(width * height)
  for (let i = 0; i < coverage.length; i++) coverage[i] = pixels[4 * i]
  return coverage
}

/** Coverage as a picture in an ink. */
function inked(coverage, [width, height], ink) {
  const canvas = offscreen(width, height)
  const context = canvas.getContext("2d")
  const pixels = context.createImageData(width, height)
  for (let i = 0; i < coverage.length; i++) pixels.data[4 * i + 3] = coverage[i]
  context.putImageData(pixels, 0, 0)
  context.globalCompositeOperation = "source-in"
  context.fillStyle = hatched(context, ink, Math.max(1, Math.max(width, height) / 560))
  context.fillRect(0, 0, width, height)
  return canvas
}

function hatched(context, ink, scale) {
  const size = Math.round(8 * scale)
  const tile = offscreen(size, size)
  const pen = tile.getContext("2d")
  pen.fillStyle = ink.colour
  pen.fillRect(0, 0, size, size)
  pen.scale(size / 8, size / 8)
  pen.strokeStyle = "rgba(0, 0, 0, .38)"
  pen.lineWidth = 1.6
  for (const [x0, y0, x1, y1] of HATCHES[ink.hatch] ?? []) {
    for (const [dx, dy] of [[0, 0], [8, 0], [-8, 0], [0, 8], [0, -8]]) {
      pen.beginPath()
      pen.moveTo(x0 + dx, y0 + dy)
      pen.lineTo(x1 + dx, y1 + dy)
      pen.stroke()
    }
  }
  return context.createPattern(tile, "repeat")
}

/** Two coverages told apart: in both, in the first alone, in the second alone. */
function apart(first, second) {
  const both = first.map((value, i) => Math.min(value, second[i]))
  return [both, first.map((value, i) => value - both[i]), second.map((value, i) => value - both[i])]
}

/** The shore of a mask as a picture: its outline in an ink, cased in white. */
function shoreOf(outline, [width, height], ink) {
  const picture = offscreen(width, height)
  const pen = picture.getContext("2d")
  const line = new Path2D(outline)
  const reach = Math.max(1, Math.round(Math.max(width, height) / 700))
  pen.lineJoin = "round"
  for (const [style, thickness] of [["#fff", 4 * reach], [ink.colour, 2 * reach]]) {
    pen.strokeStyle = style
    pen.lineWidth = thickness
    pen.stroke(line)
  }
  return picture
}

/** A canvas that has a pixel for every one of the screen's. */
function fitted(canvas) {
  const ratio = Math.min(window.devicePixelRatio || 1, 3)
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)]
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const context = canvas.getContext("2d")
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, width, height)
  return { context, ratio, width, height }
}

function drawGround(canvas, photograph, layers, opacity, view) {
  const { context, ...room } = fitted(canvas)
  const { left, top, width, height } = spreadOf(view, { left: 0, top: 0, ...room })
  context.imageSmoothingEnabled = width < 2 * photograph.width
  context.imageSmoothingQuality = "high"
  context.drawImage(photograph, left, top, width, height)
  for (const { canvas: layer, opaque } of layers) {
    context.globalAlpha = opaque ? 1 : opacity
    context.drawImage(layer, left, top, width, height)
  }
  context.globalAlpha = 1
}

function drawMarks(canvas, photograph, marks, cursor, corner, view) {
  const { context, ratio, ...room } = fitted(canvas)
  const { left, top, width, height } = spreadOf(view, { left: 0, top: 0, ...room })
  const place = ([x, y]) => [left + (x / photograph.width) * width, top + (y / photograph.height) * height]
  const centre = ([x, y]) => place([x + 0.5, y + 0.5])
  const box = corner && cursor ? boxAround(corner, cursor) : marks.box
  if (box) drawBox(context, [...place(box), ...place(box.slice(2))], ratio, Boolean(corner))
  for (const [x, y, water] of marks.clicks) drawClick(context, centre([x, y]), water, ratio)
  if (cursor) drawCursor(context, centre(cursor), ratio)
}

function stroked(context, ratio, colour, width, path) {
  for (const [style, wide] of [["#fff", width + 2.5], [colour, width]]) {
    context.strokeStyle = style
    context.lineWidth = wide * ratio
    context.beginPath()
    path()
    context.stroke()
  }
}

function drawBox(context, [x0, y0, x1, y1], ratio, open) {
  context.setLineDash(open ? [6 * ratio, 5 * ratio] : [])
  stroked(context, ratio, PROMPT, 2, () => context.rect(x0, y0, x1 - x0, y1 - y0))
  context.setLineDash([])
}

function drawClick(context, [x, y], water, ratio) {
  const radius = 8 * ratio
  context.beginPath()
  context.arc(x, y, radius, 0, 2 * Math.PI)
  context.fillStyle = water ? PROMPT : LAND
  context.fill()
  context.strokeStyle = "#fff"
  context.lineWidth = 2 * ratio
  context.stroke()
  context.beginPath()
  context.moveTo(x - radius / 2, y)
  context.lineTo(x + radius / 2, y)
  if (water) {
    context.moveTo(x, y - radius / 2)
    context.lineTo(x, y + radius / 2)
  }
  context.stroke()
}

function drawCursor(context, [x, y], ratio) {
  for (const [style, wide] of [["rgba(255, 255, 255, .85)", 2.6], ["rgba(0, 0, 0, .75)", 1]]) {
    context.strokeStyle = style
    context.lineWidth = wide * ratio
    context.beginPath()
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 4 * dx * ratio, y + 4 * dy * ratio)
      context.lineTo(x + 14 * dx * ratio, y + 14 * dy * ratio)
    }
    context.stroke()
  }
}
