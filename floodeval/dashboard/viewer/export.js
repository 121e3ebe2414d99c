// A picture of what the panes show, with a scale and a caption, as a PNG file.

export const GAP = 16 // CSS pixels, as all lengths here
const LINE = 20
const FONT = "system-ui, sans-serif"
const BAR_SHARE = 0.25 // of a pane: the longest scale bar
const NICE = [5, 2, 1]

/** The length of a scale bar in pixels of the photograph: 1, 2 or 5 times a power of ten, at most a share of the room. */
export function barLength(scale, room, share = BAR_SHARE) {
  const most = (room * share) / scale
  const power = 10 ** Math.floor(Math.log10(most))
  return Math.max(1, NICE.find((times) => times * power <= most) * power)
}

/** Where everything is: panes next to each other in rows of `columns`, each with its words; the caption below. */
export function layoutOf(panes, columns, lines) {
  const width = Math.max(...panes.map((pane) => pane.width))
  const height = Math.max(...panes.map((pane) => pane.height))
  const pitch = { x: width + GAP, y: LINE + height + LINE + GAP }
  const rows = Math.ceil(panes.length / columns)
  const places = panes.map((pane, at) => ({
    x: GAP + (at % columns) * pitch.x,
    y: GAP + Math.floor(at / columns) * pitch.y + LINE,
    width: pane.width,
    height: pane.height,
  }))
  const caption = GAP + rows * pitch.y
  return {
    places,
    scale: { x: GAP, y: caption },
    caption: { x: GAP, y: caption + LINE + GAP / 2 },
    width: GAP + Math.min(columns, panes.length) * pitch.x,
    height: caption + LINE + GAP / 2 + lines * LINE + GAP,
  }
}

/** A text in lines that are no wider than `most`; `measure(text)` is a text's width. */
export function wrapped(text, most, measure) {
  const lines = [""]
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word
    if (measure(longer) <= most || !lines.at(-1)) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/** The name of the file, without what file systems refuse. */
export function fileName(...parts) {
  return `${parts.join("-").replace(/[^\p{L}\p{N}._-]+/gu, "_").slice(0, 120)}.png`
}

/** Draw the panes as they are shown into a new canvas. */
export function drawn(viewer) {
  const { panes, data } = viewer
  const columns = new Set(panes.map(({ figure }) => Math.round(figure.getBoundingClientRect().left))).size
  const rooms = panes.map((pane) => pane.room)
  const ratio = panes[0].ground.width / rooms[0].width
  const canvas = document.createElement("canvas")
  const context = canvas.getContext("2d")
  context.font = `13px ${FONT}`
  const most = layoutOf(rooms, columns, 0).width - 2 * GAP
  const lines = data.caption.flatMap((line) => wrapped(line, most, (text) => context.measureText(text).width))
  const layout = layoutOf(rooms, columns, lines.length)
  Object.assign(canvas, { width: Math.round(layout.width * ratio), height: Math.round(layout.height * ratio) })
  context.scale(ratio, ratio)
  context.fillStyle = "#FFFFFF"
  context.fillRect(0, 0, layout.width, layout.height)
  panes.forEach((pane, at) => drawPane(viewer, context, pane, layout.places[at]))
  drawScale(viewer, context, layout.scale, rooms[0].width)
  context.font = `13px ${FONT}`
  lines.forEach((line, at) => context.fillText(line, layout.caption.x, layout.caption.y + (at + 0.7) * LINE))
  return canvas
}

function drawPane({ choice }, context, pane, { x, y, width, height }) {
  context.drawImage(pane.ground, x, y, width, height)
  if (pane.divider) {
    context.fillStyle = "#FFFFFF"
    context.fillRect(x + (width * choice.split) / 100 - 1, y, 2, height)
  }
  context.fillStyle = "#152B37"
  const share = width / pane.layers.length
  pane.layers.forEach((layer, at) => {
    const left = x + at * share
    context.font = `600 13px ${FONT}`
    context.fillText(layer.title, left, y - 6, share - 70)
    context.textAlign = "right"
    context.fillText(layer.aside, left + share - (at < pane.layers.length - 1 ? GAP : 0), y - 6)
    context.textAlign = "left"
    drawKey(pane, context, at, left, y + height + 15, share)
  })
}

/** The words below a pane, each after its swatch. */
function drawKey(pane, context, at, left, base, width) {
  context.font = `12px ${FONT}`
  let x = left
  pane.layers[at].key_entries.forEach(({ text }, place) => {
    const swatch = pane.notes.children[at]?.children[place]?.querySelector("img")
    const end = left + width
    if (swatch?.naturalWidth && x + 16 < end) {
      context.drawImage(swatch, x, base - 11, 13, 13)
      x += 17
    }
    if (x < end) context.fillText(text, x, base, end - x)
    x += context.measureText(text).width + 12
  })
}

function drawScale(viewer, context, { x, y }, room) {
  const { data, panes } = viewer
  const scale = (viewer.placeIn(panes[0]).scale * data.size[0]) / data.full[0]
  const length = barLength(scale, room)
  context.fillStyle = "#152B37"
  context.fillRect(x, y + 8, length * scale, 3)
  context.fillRect(x, y + 4, 1, 11)
  context.fillRect(x + length * scale - 1, y + 4, 1, 11)
  context.font = `12px ${FONT}`
  context.fillText(`${length} ${data.words.pixels}`, x + length * scale + 8, y + 14)
}

/** Save a canvas as a file. */
export async function saved(canvas, name) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"))
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
