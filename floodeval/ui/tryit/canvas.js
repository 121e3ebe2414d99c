// The panes of Try it: a person marks the photograph in any of them, and all show the answer.

const pictures = new Map() // by the photograph's id: what need not be sent again
const boards = new WeakMap() // by the element that a component is mounted in
const KEPT_PICTURES = 4
const DRAG_PX = 5 // a pointer that moves less has clicked

class Board {
  constructor(root) {
    this.root = root
    this.marks = noMarks()
    this.history = []
    this.mode = "water"
    this.opacity = 0.6
    this.shore = false
    this.panes = []
    this.cursor = this.keyed = this.corner = this.pressed = null
    this.sizes = new ResizeObserver(() => this.draw())
  }

  /** Take what the page says: a photograph, the answer to marks, the words. */
  async take(data, setStateValue) {
    this.send = () => setStateValue("marks", { photograph: this.data.photograph.id, has: this.has(), ...this.marks })
    const other = this.data?.photograph.id !== data.photograph.id
    this.data = data
    if (other) Object.assign(this, { marks: data.answer.marks, history: [], cursor: null, keyed: null, corner: null })
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
    const { id, picture: photograph, truth, shown } = this.data.photograph
    if (!photograph || pictures.has(id)) return
    const image = await picture("image/jpeg", photograph)
    const shore = truth && shoreOf(await coverageOf(truth, shown), shown, this.data.shore)
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
  }

  draw() {
    const kept = this.data && pictures.get(this.data.photograph.id)
    if (!kept) return
    this.panes.forEach(({ ground }, place) => {
      const shore = this.shore && kept.shore ? [{ canvas: kept.shore, opaque: true }] : []
      const layers = this.layers[place].map(canvas => ({ canvas }))
      drawGround(ground, kept.image, [...layers, ...shore], this.opacity)
    })
    this.drawMarks()
  }

  drawMarks() {
    for (const { top } of this.panes) drawMarks(top, this.data.photograph, this.marks, this.cursor, this.corner)
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
    const modes = ["water", "land", "box"].map(mode => {
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
      element("label", {}, words.opacity, slider),
      ...(photograph.has_truth ? [element("label", {}, shore, words.shore)] : []),
    )
  }
  for (const made of tools.querySelectorAll("[data-mode]")) made.ariaPressed = String(made.dataset.mode === board.mode)
  board.undoButton.disabled = !board.history.length
  board.clearButton.disabled = isEmpty(board.marks)
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

function listen(board, top) {
  const at = event => pixelAt(event.clientX, event.clientY, top.getBoundingClientRect(), board.data.photograph)
  const far = event => Math.hypot(event.clientX - board.pressed.x, event.clientY - board.pressed.y) > DRAG_PX
  const isLand = event => event.shiftKey || event.button === 2

  top.onpointerdown = event => {
    if (event.button === 1) return
    board.pressed = { x: event.clientX, y: event.clientY, pixel: at(event), land: isLand(event) }
    if (event.pointerType === "mouse" || board.mode === "box") top.setPointerCapture(event.pointerId)
  }
  top.onpointermove = event => {
    if (event.pointerType === "touch" && board.mode !== "box") return
    board.cursor = at(event)
    if (board.pressed && !board.pressed.land && far(event)) board.corner = board.pressed.pixel
    board.drawMarks()
  }
  top.onpointerup = event => {
    const { pressed } = board
    if (!pressed) return
    if (!far(event)) board.mark(pressed.pixel, pressed.land)
    else if (board.corner === pressed.pixel) board.change(withBox(board.marks, boxAround(pressed.pixel, at(event))))
    board.pressed = null
  }
  top.onpointercancel = () => {
    board.pressed = board.corner = null
    board.drawMarks()
  }
  top.onpointerleave = () => {
    if (board.pressed || board.corner) return
    board.cursor = null
    board.drawMarks()
  }
  top.onblur = top.onpointerleave
  top.oncontextmenu = event => event.preventDefault()
  top.onkeydown = event => {
    if (press(board, event)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/** Answer a key; returns whether it had a meaning. */
function press(board, event) {
  const { width, height } = board.data.photograph
  const [x, y] = board.cursor ?? board.keyed ?? [Math.floor(width / 2), Math.floor(height / 2)]
  if (event.key in ARROWS) {
    const [dx, dy] = ARROWS[event.key]
    const step = event.shiftKey ? 1 : Math.max(1, Math.round(Math.max(width, height) / 50))
    board.cursor = [Math.min(Math.max(x + dx * step, 0), width - 1), Math.min(Math.max(y + dy * step, 0), height - 1)]
    board.keyed = board.cursor
    const spoken = board.data.words.position.replace("{x}", board.cursor[0]).replace("{y}", board.cursor[1])
    board.root.querySelector(".spoken").textContent = spoken
    board.drawMarks()
  } else if (event.key === "Enter" || event.key === " ") {
    board.cursor = [x, y]
    board.mark([x, y], event.shiftKey)
  } else if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
    board.undo()
  } else if (event.key === "Escape" && board.corner) {
    board.corner = null
    board.drawMarks()
  } else return false
  return true
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
