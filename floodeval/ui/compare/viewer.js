// Panes that show one image with what was drawn over it, all at the same zoom and place.
//
// The server sends the photograph, the outline of every mask and, for every pixel, which masks have water there. All
// colours, outlines and prompts are laid over the photograph here, in its own pixels, so that nothing can drift.

const PIXEL_PX = 32 // a pixel of the photograph is shown no larger than this
const STEP = 1.5 // of a zoom by button or key
const PAN = 0.15 // of the pane, by an arrow key
const SETTLED_MS = 140
const MOST_LAYERS = 8 // kept as drawn
const REMEMBERED = "floodeval-compare"
const MARGIN = "#B9C4CB"
const LAND = "#E9EEF1"

const viewers = new WeakMap()

export default function ({ data, parentElement }) {
  if (!viewers.has(parentElement)) viewers.set(parentElement, new Viewer(parentElement))
  const viewer = viewers.get(parentElement)
  viewer.show(data)
  return () => {
    viewer.close()
    viewers.delete(parentElement)
  }
}

class Viewer {
  constructor(parent) {
    this.root = parent.querySelector(".viewer")
    this.grid = this.root.querySelector(".panes")
    this.status = this.root.querySelector(".status")
    this.view = { zoom: 1, x: 0.5, y: 0.5 }
    this.choice = { set: null, panes: null, opacity: 60, split: 50, ...remembered() }
    this.panes = []
    this.sizes = new ResizeObserver(() => this.draw())
    this.wire()
  }

  close() {
    this.sizes.disconnect()
    clearTimeout(this.settling)
  }

  async show(data) {
    this.asked = data
    const same = this.data && this.data.name === data.name
    try {
      const [photograph, bits] = same
        ? [this.photograph, this.bits]
        : await Promise.all([decoded(data.photograph), unpacked(data.bits)])
      if (this.asked !== data) return
      Object.assign(this, { data, photograph, bits })
    } catch (error) {
      this.status.textContent = `${data.words.failed} (${error.message})`
      return
    }
    if (!same) {
      this.drawn = new Map()
      this.shores = new Map()
      this.view = { zoom: 1, x: 0.5, y: 0.5 }
      this.status.textContent = ""
    }
    if (data.view && data.view !== this.viewed) this.apply(data.view)
    this.viewed = data.view
    this.arrange()
  }

  // Panes, and what they show ----------------------------------------------------------------------------------

  get set() {
    return this.data.sets.find((set) => set.key === this.choice.set) || this.data.sets[0]
  }

  get shown() {
    const known = this.set.panes
    const chosen = this.choice.panes
    if (!chosen || chosen.length !== known.length) return known
    return chosen.map((key, place) => (this.layer(key) ? key : known[place]))
  }

  layer(key) {
    return this.data.layers.find((layer) => layer.key === key)
  }

  arrange() {
    const { data, root } = this
    const [width, height] = data.size
    root.style.setProperty("--aspect", Math.min(2, Math.max(1.2, width / height)))
    this.label()
    this.grid.replaceChildren()
    this.sizes.disconnect()
    this.panes = this.set.split ? [this.makePane([0, 1])] : this.shown.map((_, place) => this.makePane([place]))
    this.grid.dataset.n = this.panes.length
    for (const pane of this.panes) {
      this.grid.append(pane.figure)
      this.sizes.observe(pane.stage)
    }
    this.draw()
    root.dataset.shown = data.id
  }

  label() {
    const { data, root } = this
    const sets = root.querySelector(".sets")
    sets.setAttribute("aria-label", data.words.sets)
    sets.replaceChildren(
      ...data.sets.map((set) => {
        const button = element("button", { type: "button", textContent: set.label })
        button.setAttribute("aria-pressed", set === this.set)
        button.onclick = () => this.choose({ set: set.key, panes: null })
        return button
      }),
    )
    const opacity = root.querySelector(".opacity")
    opacity.hidden = !data.photograph
    opacity.querySelector("span").textContent = data.words.opacity
    opacity.querySelector("input").value = this.choice.opacity
    root.querySelector(".zoom").setAttribute("aria-label", data.words.zoom)
    const names = { out: data.words.zoom_out, in: data.words.zoom_in }
    for (const [kind, name] of Object.entries(names)) {
      const button = root.querySelector(`.zoom .${kind}`)
      button.setAttribute("aria-label", name)
      button.title = name
    }
    root.querySelector(".zoom .whole").textContent = data.words.whole
    root.querySelector(".link").textContent = data.words.link
  }

  makePane(places) {
    const { data } = this
    const layers = places.map((place) => this.layer(this.shown[place]))
    const canvas = element("canvas")
    canvas.setAttribute("role", "img")
    canvas.setAttribute("aria-label", layers.map((layer) => layer.alt).join(" | "))
    const stage = element("div", { className: "stage", tabIndex: 0, title: data.words.stage }, canvas)
    stage.setAttribute("role", "group")
    stage.setAttribute("aria-label", `${layers.map((layer) => layer.title).join(" | ")}. ${data.words.stage}`)
    const asides = layers.map(({ aside }) => element("span", { className: "aside", textContent: aside }))
    const heads = places.flatMap((place, at) => [this.makeSelect(place), asides[at]])
    const caption = element("figcaption", {}, ...heads)
    const keys = element("div", { className: "keys" }, ...layers.map((layer) => this.makeKey(layer)))
    const pane = { figure: element("figure", {}, caption, stage, keys), stage, canvas, layers }
    if (places.length > 1) pane.divider = this.makeDivider(pane)
    this.wireStage(pane)
    return pane
  }

  makeSelect(place) {
    const select = element(
      "select",
      {},
      ...this.data.layers.map((layer) => element("option", { value: layer.key, textContent: layer.title })),
    )
    select.setAttribute("aria-label", `${this.data.words.pane} ${place + 1}`)
    select.value = this.shown[place]
    select.onchange = () => {
      this.choose({ panes: this.shown.map((key, at) => (at === place ? select.value : key)) })
      this.grid.querySelectorAll("select")[place]?.focus()
    }
    return select
  }

  makeKey(layer) {
    const entries = layer.key_entries.map(({ swatch, text }) =>
      element("span", {}, ...(swatch ? [element("img", { src: swatch, alt: "" })] : []), text),
    )
    return element("div", { className: "key" }, ...entries)
  }

  makeDivider(pane) {
    const divider = element("div", { className: "divider", tabIndex: 0 })
    divider.setAttribute("role", "slider")
    divider.setAttribute("aria-label", this.data.words.divider)
    divider.setAttribute("aria-valuemin", 0)
    divider.setAttribute("aria-valuemax", 100)
    this.placeDivider(divider)
    divider.onpointerdown = (event) => {
      event.stopPropagation()
      divider.setPointerCapture(event.pointerId)
    }
    divider.onpointermove = (event) => {
      if (!divider.hasPointerCapture(event.pointerId)) return
      const box = pane.stage.getBoundingClientRect()
      this.move((100 * (event.clientX - box.left)) / box.width)
    }
    divider.onpointerup = () => remember(this.choice)
    divider.ondblclick = (event) => event.stopPropagation()
    divider.onkeydown = (event) => {
      const to = { ArrowLeft: this.choice.split - 2, ArrowRight: this.choice.split + 2, Home: 0, End: 100 }[event.key]
      if (to === undefined) return
      taken(event)
      this.move(to)
      remember(this.choice)
    }
    pane.stage.append(divider)
    return divider
  }

  placeDivider(divider) {
    divider.style.left = `${this.choice.split}%`
    divider.setAttribute("aria-valuenow", Math.round(this.choice.split))
  }

  move(percent) {
    this.choice.split = Math.min(100, Math.max(0, percent))
    this.draw()
  }

  choose(choice) {
    Object.assign(this.choice, choice)
    remember(this.choice)
    this.arrange()
  }

  // Zoom and place, the same for all panes ---------------------------------------------------------------------

  wire() {
    const { root } = this
    root.querySelector(".zoom .in").onclick = () => this.zoom(STEP)
    root.querySelector(".zoom .out").onclick = () => this.zoom(1 / STEP)
    root.querySelector(".zoom .whole").onclick = () => this.reset()
    root.querySelector(".link").onclick = () => this.copyLink()
    const opacity = root.querySelector(".opacity input")
    opacity.oninput = () => {
      this.choice.opacity = Number(opacity.value)
      this.draw()
    }
    opacity.onchange = () => remember(this.choice)
    opacity.onkeydown = (event) => event.stopPropagation()
  }

  wireStage(pane) {
    const { stage } = pane
    const held = new Map()
    const pan = (dx, dy) => this.pan(pane, dx, dy)
    const zoom = (factor, at) => this.zoom(factor, pane, at)
    stage.onpointerdown = (event) => {
      if (event.button) return
      held.set(event.pointerId, event)
      stage.setPointerCapture(event.pointerId)
      stage.classList.add("held")
    }
    stage.onpointermove = (event) => {
      if (held.has(event.pointerId)) dragged(held, event, { pan, zoom })
    }
    stage.onpointerup = stage.onpointercancel = (event) => {
      held.delete(event.pointerId)
      stage.classList.toggle("held", held.size > 0)
    }
    stage.ondblclick = () => this.reset()
    stage.onkeydown = (event) => this.press(pane, event)
    stage.addEventListener("wheel", (event) => wheeled(event, this.view.zoom <= 1, zoom), { passive: false })
  }

  press(pane, event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== pane.stage) return
    const { clientWidth: width, clientHeight: height } = pane.stage
    const pans = {
      ArrowLeft: [PAN * width, 0],
      ArrowRight: [-PAN * width, 0],
      ArrowUp: [0, PAN * height],
      ArrowDown: [0, -PAN * height],
    }
    if (["+", "="].includes(event.key)) this.zoom(STEP)
    else if (event.key === "-") this.zoom(1 / STEP)
    else if (event.key === "0") this.reset()
    else if (pans[event.key] && this.view.zoom > 1) this.pan(pane, ...pans[event.key])
    else return // arrows of a whole image are the page's: next and previous
    taken(event)
  }

  reset() {
    this.view = { zoom: 1, x: 0.5, y: 0.5 }
    this.draw()
  }

  zoom(factor, pane = this.panes[0], at = null) {
    const before = this.place(pane)
    const zoom = Math.min(Math.max(1, PIXEL_PX / before.fit), Math.max(1, this.view.zoom * factor))
    const box = pane.stage.getBoundingClientRect()
    const [x, y] = at ? [at[0] - box.left, at[1] - box.top] : [box.width / 2, box.height / 2]
    const scale = before.fit * zoom
    const [width, height] = this.data.size
    this.view = {
      zoom,
      x: ((x - before.left) / before.scale + (box.width / 2 - x) / scale) / width,
      y: ((y - before.top) / before.scale + (box.height / 2 - y) / scale) / height,
    }
    this.draw()
  }

  pan(pane, dx, dy) {
    const { scale } = this.place(pane)
    const [width, height] = this.data.size
    this.view.x -= dx / scale / width
    this.view.y -= dy / scale / height
    this.draw()
  }

  // Where the image lies in a pane: `scale` is of css pixels to shown pixels of the photograph.
  place({ stage }) {
    const [width, height] = this.data.size
    const { clientWidth, clientHeight } = stage
    const fit = Math.min(clientWidth / width, clientHeight / height) || 1
    const scale = fit * this.view.zoom
    const within = (centre, room, length) => {
      const half = room / scale / length / 2
      return half >= 0.5 ? 0.5 : Math.min(1 - half, Math.max(half, centre))
    }
    this.view.x = within(this.view.x, clientWidth, width)
    this.view.y = within(this.view.y, clientHeight, height)
    const left = clientWidth / 2 - this.view.x * width * scale
    const top = clientHeight / 2 - this.view.y * height * scale
    return { fit, scale, left, top }
  }

  // Links ------------------------------------------------------------------------------------------------------

  get written() {
    const places = this.shown.map((key) => this.data.layers.findIndex((layer) => layer.key === key)).join(".")
    const { zoom, x, y } = this.view
    const numbers = [zoom.toFixed(3), x.toFixed(6), y.toFixed(6), this.choice.opacity, this.choice.split.toFixed(0)]
    return [this.set.key, places, ...numbers].join(",")
  }

  apply(text) {
    const [set, places, ...numbers] = text.split(",")
    const [zoom, x, y, opacity, split] = numbers.map(Number)
    if (![zoom, x, y, opacity, split].every(Number.isFinite)) return
    const panes = places.split(".").map((place) => this.data.layers[Number(place)]?.key)
    Object.assign(this.choice, { set, panes: panes.every(Boolean) ? panes : null })
    this.choice.opacity = Math.min(100, Math.max(0, opacity))
    this.choice.split = Math.min(100, Math.max(0, split))
    this.view = { zoom: Math.max(1, zoom), x, y }
  }

  async copyLink() {
    const link = new URL(window.location.href)
    link.searchParams.set("id", this.data.id)
    link.searchParams.set("view", this.written)
    try {
      await navigator.clipboard.writeText(link.href)
      this.status.textContent = this.data.words.copied
    } catch {
      this.status.textContent = link.href
    }
  }

  // Drawing ----------------------------------------------------------------------------------------------------

  draw() {
    if (!this.data) return
    clearTimeout(this.settling)
    this.settling = setTimeout(() => this.paint("high"), SETTLED_MS)
    this.asking ??= requestAnimationFrame(() => {
      this.asking = null
      this.paint("low")
    })
  }

  paint(quality) {
    for (const pane of this.panes) this.paintPane(pane, quality)
    const { zoom } = this.view
    this.root.querySelector(".zoom output").textContent = `${zoom.toFixed(zoom < 10 ? 1 : 0)}×`
    this.root.querySelector(".zoom .out").disabled = this.root.querySelector(".zoom .whole").disabled = zoom <= 1
  }

  paintPane(pane, quality) {
    const { canvas, stage, layers, divider } = pane
    const ratio = window.devicePixelRatio || 1
    const [width, height] = [stage.clientWidth, stage.clientHeight].map((side) => Math.max(1, Math.round(side * ratio)))
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    const place = this.place(pane)
    const context = canvas.getContext("2d")
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = MARGIN
    context.fillRect(0, 0, width, height)
    context.imageSmoothingQuality = quality
    this.paintLayer(context, layers[0], place, ratio)
    if (divider) {
      const at = (width * this.choice.split) / 100
      context.save()
      context.setTransform(1, 0, 0, 1, 0, 0)
      context.beginPath()
      context.rect(at, 0, width - at, height)
      context.clip()
      context.fillStyle = MARGIN
      context.fillRect(at, 0, width - at, height)
      this.paintLayer(context, layers[1], place, ratio)
      context.restore()
      this.placeDivider(divider)
    }
    stage.dataset.zoomed = this.view.zoom > 1
    stage.dataset.place = [place.scale, place.left, place.top].map((number) => number.toFixed(3)).join(" ")
  }

  paintLayer(context, layer, { scale, left, top }, ratio) {
    const [width, height] = this.data.size
    context.setTransform(scale * ratio, 0, 0, scale * ratio, left * ratio, top * ratio)
    context.imageSmoothingEnabled = scale * ratio < 2
    if (this.photograph) context.drawImage(this.photograph, 0, 0, width, height)
    else {
      context.fillStyle = LAND
      context.fillRect(0, 0, width, height)
    }
    const opacity = this.photograph ? this.choice.opacity / 100 : 1
    if (layer.inks.length && opacity) {
      context.globalAlpha = opacity
      context.drawImage(this.inked(layer), 0, 0)
      context.globalAlpha = 1
    }
    for (const outline of layer.outlines) this.paintShore(context, outline, scale)
    if (layer.prompt && this.data.prompt) this.paintPrompt(context, scale)
    if (layer.clicks.length) this.paintClicks(context, layer.clicks, scale)
  }

  // A layer's colours as a picture of the photograph's size, kept until other layers need the room.
  inked(layer) {
    const kept = this.drawn.get(layer.key)
    this.drawn.delete(layer.key)
    const picture = kept || colours(this.bits, this.data.size, layer)
    this.drawn.set(layer.key, picture)
    if (this.drawn.size > MOST_LAYERS) this.drawn.delete(this.drawn.keys().next().value)
    return picture
  }

  paintShore(context, { bit, colour, casing, dash }, scale) {
    if (!this.shores.has(bit)) this.shores.set(bit, new Path2D(this.data.shores[bit]))
    const path = this.shores.get(bit)
    context.lineJoin = "round"
    context.strokeStyle = casing
    context.lineWidth = 4 / scale
    context.setLineDash([])
    context.stroke(path)
    context.strokeStyle = colour
    context.lineWidth = 2 / scale
    context.setLineDash(dash.map((length) => length / scale))
    context.stroke(path)
    context.setLineDash([])
  }

  // The clicks that corrected the mask, numbered in their order, the first on top.
  paintClicks(context, clicks, scale) {
    const [fx, fy] = this.data.size.map((side, axis) => side / this.data.full[axis])
    context.textAlign = "center"
    context.textBaseline = "middle"
    for (const [at, { x, y, colour }] of [...clicks.entries()].reverse()) {
      const middle = [(x + 0.5) * fx, (y + 0.5) * fy]
      for (const [style, radius] of [["#fff", 9.5], [colour, 8]]) {
        context.beginPath()
        context.arc(...middle, radius / scale, 0, 2 * Math.PI)
        context.fillStyle = style
        context.fill()
      }
      context.fillStyle = "#fff"
      context.font = `600 ${10 / scale}px sans-serif`
      context.fillText(at + 1, ...middle)
    }
  }

  // The prompt is given in pixels of the whole photograph; a click is on the middle of its pixel.
  paintPrompt(context, scale) {
    const { box, points, colour } = this.data.prompt
    const [fx, fy] = this.data.size.map((side, axis) => side / this.data.full[axis])
    const strokes = [["#fff", 5], [colour, 2.5]]
    if (box) {
      const edge = strokes[0][1] / scale / 2 // a side on the frame moves in, to be seen whole
      const within = (value, axis) => Math.min(this.data.size[axis] - edge, Math.max(edge, value))
      const [x0, x1] = [box[0] * fx, box[2] * fx].map((x) => within(x, 0))
      const [y0, y1] = [box[1] * fy, box[3] * fy].map((y) => within(y, 1))
      for (const [style, thickness] of strokes) {
        context.strokeStyle = style
        context.lineWidth = thickness / scale
        context.strokeRect(x0, y0, x1 - x0, y1 - y0)
      }
    }
    for (const [x, y] of points || []) {
      for (const [style, radius] of [["#fff", 8], [colour, 6]]) {
        context.beginPath()
        context.arc((x + 0.5) * fx, (y + 0.5) * fy, radius / scale, 0, 2 * Math.PI)
        context.fillStyle = style
        context.fill()
      }
      context.fillStyle = "#fff"
      context.fillRect((x + 0.5) * fx - 4 / scale, (y + 0.5) * fy - 0.75 / scale, 8 / scale, 1.5 / scale)
      context.fillRect((x + 0.5) * fx - 0.75 / scale, (y + 0.5) * fy - 4 / scale, 1.5 / scale, 8 / scale)
    }
  }
}

// A picture in which each pixel has the ink of its class, darker on the lines of its hatch.
function colours(bits, [width, height], layer) {
  const picture = element("canvas", { width, height })
  const image = new ImageData(width, height)
  const pixels = new Uint32Array(image.data.buffer)
  const period = Math.max(6, Math.floor(Math.max(width, height) / 56))
  const line = Math.max(1, Math.floor(period / 4))
  const inks = layer.inks.map(({ colour, hatch }) => ({ plain: packed(colour, 1), dark: packed(colour, 0.62), hatch }))
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const ink = inks[layer.classes[bits[at]] - 1]
      if (ink) pixels[at] = hatched(ink.hatch, x, y, period, line) ? ink.dark : ink.plain
    }
  }
  picture.getContext("2d").putImageData(image, 0, 0)
  return picture
}

function hatched(hatch, x, y, period, line) {
  if (!hatch) return false
  if (hatch === "-") return y % period < line
  if (hatch === ".") return x % period < line && y % period < line
  const rising = (x + y) % period < line
  return hatch === "/" ? rising : rising || (((x - y) % period) + period) % period < line
}

// Red, green, blue as one number in the order of the screen's bytes.
function packed(colour, share) {
  const [red, green, blue] = [1, 3, 5].map((at) => Math.floor(parseInt(colour.slice(at, at + 2), 16) * share))
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
}

async function decoded(source) {
  if (!source) return null
  const image = new Image()
  image.src = source
  await image.decode()
  return image
}

async function unpacked(base64) {
  const packed = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

function taken(event) {
  event.preventDefault()
  event.stopPropagation()
}

// What the person chose stays from image to image while the browser's tab is open.
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(REMEMBERED)) || {}
  } catch {
    return {}
  }
}

function remember(choice) {
  try {
    sessionStorage.setItem(REMEMBERED, JSON.stringify(choice))
  } catch {
    // a browser that keeps nothing
  }
}
