// The panes of Try it: a person marks the photograph in any of them, and all show the answer.

const pictures = new Map() // by the photograph's id: what need not be sent again
const boards = new WeakMap() // by the element that a component is mounted in
const KEPT_PICTURES = 4
const PIXEL_PX = 32 // a pixel of the photograph is shown no larger than this
const STEP = 1.5 // of a zoom by button or key

class Board {
  constructor(root) {
    this.root = root
    this.marks = noMarks()
    this.history = []
    this.mode = "water"
    this.opacity = 0.6
    this.shore = false
    this.view = WHOLE
    this.panes = []
    this.cursor = this.keyed = this.corner = this.pressed = null
    this.sizes = new ResizeObserver(() => this.draw())
  }

  /** Take what the page says: a photograph, the answer to marks, the words. */
  async take(data, setStateValue) {
    this.send = () => setStateValue("marks", { photograph: this.data.photograph.id, has: this.has(), ...this.marks })
    const other = this.data?.photograph.id !== data.photograph.id
    this.data = data
    if (other) Object.assign(this, { marks: data.answer.marks, history: [], view: WHOLE })
    if (other) this.cursor = this.keyed = this.corner = null
    await this.keepPictures()
    if (this.data !== data) return
    if (!this.has()) return this.send()
    this.layers = await this.layersOf(data)
    if (this.data !== data) return
    this.build()
    this.draw()
    this.root.querySelector(".spoken").textContent = data.answer.spoken
  }

  has() {
    const { id } = this.data.photograph
    return pictures.has(id) ? id : null
  }

  async keepPictures() {
    const { id, picture: photograph, outline, shown } = this.data.photograph
    if (!photograph || pictures.has(id)) return
    const image = await picture("image/jpeg", photograph)
    const shore = outline && shoreOf(outline, shown, this.data.shore)
    pictures.set(id, { image, shore })
    for (const old of pictures.keys()) if (pictures.size > KEPT_PICTURES) pictures.delete(old)
  }

  async layersOf({ photograph: { shown }, answer: { variants, between } }) {
    const found = await Promise.all(variants.map(({ mask }) => coverageOf(mask, shown)))
    const layers = found.map((coverage, i) => [inked(coverage, shown, variants[i].ink)])
    if (between) layers.push(apart(found[0], found[1]).map((coverage, i) => inked(coverage, shown, between.inks[i])))
    return [[], ...layers]
  }

  /** Make the tools and panes, or bring their words up to date. */
  build() {
    const { words, answer, photograph } = this.data
    const captions = [words.photograph, ...answer.variants, ...(answer.between ? [answer.between] : [])]
    buildTools(this)
    const panes = this.root.querySelector(".panes")
    if (this.panes.length !== captions.length) {
      this.sizes.disconnect()
      this.panes = captions.map((_, place) => buildPane(this, place))
      panes.replaceChildren(...this.panes.map(({ figure }) => figure))
    }
    this.panes.forEach((pane, place) => {
      caption(pane, captions[place])
      pane.frame.style.setProperty("--ratio", photograph.width / photograph.height)
    })
    for (const help of ["hint", "keys"]) this.root.querySelector(`#${help}`).textContent = words[help]
    panes.classList.toggle("waiting", !sameMarks(this.marks, answer.marks))
    panes.classList.toggle("boxing", this.mode === "box")
    panes.classList.toggle("moving", this.mode === "move")
    this.showZoom()
  }

  showZoom() {
    const { zoom } = this.view
    this.zoomShown.textContent = `${zoom.toFixed(zoom < 10 ? 1 : 0)}×`
    this.outButton.disabled = this.wholeButton.disabled = zoom <= 1
    const panes = this.root.querySelector(".panes")
    panes.classList.toggle("zoomed", zoom > 1)
    panes.dataset.view = [zoom, this.view.x, this.view.y].map(number => number.toFixed(4)).join(" ")
  }

  /** Look at another part of the photograph; drawn once for all that is asked before the screen's next picture. */
  look(view) {
    this.view = view
    this.showZoom()
    this.asking ??= requestAnimationFrame(() => {
      this.asking = null
      this.draw()
    })
  }

  /** Zoom about a place of the pane that a pointer is over; without one, about the cross or the middle. */
  zoom(factor, pane = this.panes[0].top, at = null) {
    const rect = pane.getBoundingClientRect()
    if (at) this.keyed = null
    const place = at ? [(at[0] - rect.left) / rect.width, (at[1] - rect.top) / rect.height] : this.focused()
    this.look(zoomed(this.view, factor, place, (PIXEL_PX * this.data.photograph.width) / rect.width))
  }

  pan(pane, dx, dy) {
    this.keyed = null
    const { width, height } = pane.getBoundingClientRect()
    this.look(moved(this.view, dx / width, dy / height))
  }

  focused() {
    if (!this.cursor) return [0.5, 0.5]
    const [x, y] = this.shareOf(this.cursor)
    return [(x - this.view.x) * this.view.zoom, (y - this.view.y) * this.view.zoom]
  }

  shareOf([x, y]) {
    const { width, height } = this.data.photograph
    return [(x + 0.5) / width, (y + 0.5) / height]
  }

  draw() {
    const kept = this.data && pictures.get(this.data.photograph.id)
    if (!kept) return
    this.panes.forEach(({ ground }, place) => {
      const shore = this.shore && kept.shore ? [{ canvas: kept.shore, opaque: true }] : []
      const layers = this.layers[place].map(canvas => ({ canvas }))
      drawGround(ground, kept.image, [...layers, ...shore], this.opacity, this.view)
    })
    this.drawMarks()
  }

  drawMarks() {
    const { marks, cursor, corner, view } = this
    for (const { top } of this.panes) drawMarks(top, this.data.photograph, marks, cursor, corner, view)
  }

  change(marks) {
    if (sameMarks(marks, this.marks)) return
    this.history.push(this.marks)
    this.settle(marks)
  }

  undo() {
    if (this.history.length) this.settle(this.history.pop())
  }

  settle(marks) {
    this.marks = marks
    this.corner = null
    this.build()
    this.drawMarks()
    this.send()
  }

  choose(mode) {
    this.mode = mode
    this.corner = null
    this.build()
    this.drawMarks()
  }

  /** A click or the Enter key: a click on water or land, or a corner of a box. */
  mark(pixel, land) {
    if (this.mode === "move") return
    if (this.mode !== "box" || land) return this.change(withClick(this.marks, pixel, this.mode === "water" && !land))
    if (this.corner) return this.change(withBox(this.marks, boxAround(this.corner, pixel)))
    this.corner = this.cursor = pixel
    this.drawMarks()
  }
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function buildTools(board) {
  const { words, run_marks: runMarks, photograph } = board.data
  const tools = board.root.querySelector(".tools")
  tools.ariaLabel = words.tools
  if (!tools.childElementCount || board.toolWords !== JSON.stringify([words, Boolean(runMarks), photograph.has_truth])) {
    board.toolWords = JSON.stringify([words, Boolean(runMarks), photograph.has_truth])
    const button = (word, act) => element("button", { type: "button", textContent: words[word], onclick: act })
    const modes = ["water", "land", "box", "move"].map(mode => {
      const made = button(mode, () => board.choose(mode))
      made.dataset.mode = mode
      return made
    })
    board.undoButton = button("undo", () => board.undo())
    board.clearButton = button("clear", () => board.change(noMarks()))
    const group = element("div", { className: "group", role: "group", ariaLabel: words.mode }, ...modes)
    const slider = element("input", {
      type: "range", min: 0, max: 100, value: 100 * board.opacity,
      oninput: event => { board.opacity = event.target.value / 100; board.draw() },
    })
    const shore = element("input", {
      type: "checkbox", checked: board.shore,
      onchange: event => { board.shore = event.target.checked; board.draw() },
    })
    tools.replaceChildren(
      group, board.undoButton, board.clearButton,
      ...(runMarks ? [button("as_run", () => board.change(board.data.run_marks))] : []),
      buildZoom(board),
      element("label", {}, words.opacity, slider),
      ...(photograph.has_truth ? [element("label", {}, shore, words.shore)] : []),
    )
  }
  for (const made of tools.querySelectorAll("[data-mode]")) made.ariaPressed = String(made.dataset.mode === board.mode)
  board.undoButton.disabled = !board.history.length
  board.clearButton.disabled = isEmpty(board.marks)
}

function buildZoom(board) {
  const { words } = board.data
  const button = (text, word, act) => {
    const made = element("button", { type: "button", textContent: text, onclick: act })
    if (text !== words[word]) made.title = made.ariaLabel = words[word]
    return made
  }
  board.zoomShown = element("output")
  board.outButton = button("−", "zoom_out", () => board.zoom(1 / STEP))
  board.wholeButton = button(words.fit, "fit", () => board.look(WHOLE))
  const inButton = button("+", "zoom_in", () => board.zoom(STEP))
  const parts = [board.outButton, board.zoomShown, inButton, board.wholeButton]
  return element("div", { className: "zoom", role: "group", ariaLabel: words.zoom }, ...parts)
}

function buildPane(board, place) {
  const [ground, top] = [element("canvas", { className: "ground", ariaHidden: "true" }), element("canvas", { className: "marks" })]
  const frame = element("div", { className: "frame" }, ground, top)
  const title = element("div", { className: "title" })
  const note = element("div", { className: "note" })
  const figure = element("figure", {}, element("figcaption", {}, title), frame, note)
  top.tabIndex = place ? -1 : 0
  top.setAttribute("role", "application")
  top.setAttribute("aria-describedby", "hint keys")
  listen(board, top)
  board.sizes.observe(top)
  return { figure, frame, ground, top, title, note }
}

function caption(pane, { title, ink, notes, alt }) {
  pane.title.replaceChildren(...(ink ? [swatch(ink)] : []), title)
  pane.note.replaceChildren(
    ...notes.map(({ text, ink: of, first }) =>
      element("span", { className: first ? "first" : "" }, ...(of ? [swatch(of)] : []), text),
    ),
  )
  pane.top.ariaLabel = alt
}

function swatch(ink) {
  const canvas = offscreen(16, 16)
  const context = canvas.getContext("2d")
  context.fillStyle = hatched(context, ink, 1)
  context.fillRect(0, 0, 16, 16)
  const image = element("img", { src: canvas.toDataURL(), alt: "", className: "swatch" })
  return image
}

export default function (component) {
  const { parentElement, data, setStateValue } = component
  if (!boards.has(parentElement)) boards.set(parentElement, new Board(parentElement))
  const board = boards.get(parentElement)
  board.take(data, setStateValue)
  return () => {
    board.sizes.disconnect()
    boards.delete(parentElement)
  }
}
