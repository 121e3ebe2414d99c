// Pointers and keys on a pane of Try it: marks, and the part of the photograph that is looked at.

const DRAG_PX = 5 // a pointer that moves less has clicked

function listen(board, top) {
  const held = new Map() // by pointer: its last event, while it is down
  const pan = (dx, dy) => board.pan(top, dx, dy)
  const zoom = (factor, place) => board.zoom(factor, top, place)
  const at = event => {
    const whole = spreadOf(board.view, top.getBoundingClientRect())
    return pixelAt(event.clientX, event.clientY, whole, board.data.photograph)
  }
  const isFinger = event => event.pointerType === "touch" && board.mode !== "box" // it taps or pans, and has no cross
  const pans = event => board.mode === "move" || event.button === 1 || (isFinger(event) && board.view.zoom > 1)
  const isFar = ({ x, y }, event) => Math.hypot(event.clientX - x, event.clientY - y) > DRAG_PX
  const giveUp = () => {
    if (board.corner === board.pressed?.pixel) board.corner = null
    board.pressed = null
    board.drawMarks()
  }

  top.onpointerdown = event => {
    held.set(event.pointerId, event)
    if (held.size > 1) return giveUp() // two fingers zoom
    const { clientX: x, clientY: y, button } = event
    board.pressed = { x, y, button, pixel: at(event), land: event.shiftKey || button === 2, pans: pans(event) }
    if (!isFinger(event) || board.pressed.pans) top.setPointerCapture(event.pointerId)
  }
  top.onpointermove = event => {
    const { pressed } = board
    if (pressed && isFar(pressed, event)) pressed.moved = true
    const drags = held.size > 1 || (pressed?.pans && pressed.moved)
    if (drags && held.has(event.pointerId)) dragged(held, event, { pan, zoom })
    if (held.size > 1 || isFinger(event) || pressed?.pans || board.mode === "move") return
    board.cursor = at(event)
    if (pressed?.moved && !pressed.land) board.corner = pressed.pixel
    board.drawMarks()
  }
  top.onpointerup = event => {
    held.delete(event.pointerId)
    const { pressed } = board
    board.pressed = null
    if (!pressed) return
    if (!pressed.moved && !isFar(pressed, event)) pressed.button === 1 || board.mark(pressed.pixel, pressed.land)
    else if (board.corner === pressed.pixel) board.change(withBox(board.marks, boxAround(pressed.pixel, at(event))))
  }
  top.onpointercancel = event => {
    held.delete(event.pointerId)
    giveUp()
  }
  top.onpointerleave = () => {
    if (board.pressed || board.corner) return
    board.cursor = null
    board.drawMarks()
  }
  top.onblur = top.onpointerleave
  top.onmousedown = event => event.button === 1 && event.preventDefault() // which would scroll the page
  top.oncontextmenu = event => event.preventDefault()
  top.addEventListener("wheel", event => wheeled(event, board.view.zoom <= 1, zoom), { passive: false })
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
  const middle = () => middleOf(board.view).map((share, i) => Math.floor(share * (i ? height : width)))
  const [x, y] = board.cursor ?? board.keyed ?? middle()
  if (event.key in ARROWS) {
    const [dx, dy] = ARROWS[event.key]
    const step = event.shiftKey ? 1 : Math.max(1, Math.round(Math.max(width, height) / 50 / board.view.zoom))
    board.cursor = [Math.min(Math.max(x + dx * step, 0), width - 1), Math.min(Math.max(y + dy * step, 0), height - 1)]
    board.look(reaching(board.view, board.shareOf(board.cursor)))
    board.keyed = board.cursor
    const spoken = board.data.words.position.replace("{x}", board.cursor[0]).replace("{y}", board.cursor[1])
    board.root.querySelector(".spoken").textContent = spoken
    board.drawMarks()
  } else if (event.key === "Enter" || event.key === " ") {
    board.cursor = [x, y]
    board.mark([x, y], event.shiftKey)
  } else if (["+", "=", "-"].includes(event.key) && !event.ctrlKey && !event.metaKey) {
    board.zoom(event.key === "-" ? 1 / STEP : STEP)
  } else if (event.key === "0" && !event.ctrlKey && !event.metaKey) {
    board.look(WHOLE)
  } else if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
    board.undo()
  } else if (event.key === "Escape" && board.corner) {
    board.corner = null
    board.drawMarks()
  } else return false
  return true
}
