// Zoom and pan by wheel, drag and pinch, as every picture that can be zoomed takes them.

const SCROLLING_MS = 350 // a wheel that has just scrolled the page goes on scrolling it
let scrolledAt = -Infinity
document.addEventListener("scroll", () => (scrolledAt = performance.now()), { capture: true, passive: true })

/** Answer a turn of the wheel with `zoom(factor, [clientX, clientY])`, unless it is the page's to scroll. */
function wheeled(event, isWhole, zoom) {
  const scrolling = performance.now() - scrolledAt < SCROLLING_MS
  if ((event.deltaY > 0 && isWhole) || (scrolling && !event.ctrlKey)) return
  event.preventDefault()
  const lines = event.deltaMode === 1 ? 30 : 1
  zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002)), [event.clientX, event.clientY])
}

/** Answer a held pointer's move: `pan(dx, dy)`, and `zoom` too where a second one is held. Keeps it in `held`. */
function dragged(held, event, { pan, zoom }) {
  const before = held.get(event.pointerId)
  const other = [...held.values()].find((one) => one.pointerId !== event.pointerId)
  held.set(event.pointerId, event)
  if (!other) {
    pan(event.clientX - before.clientX, event.clientY - before.clientY)
    return
  }
  const middle = (one) => [(one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2]
  const spread = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)
  const [from, to] = [middle(before), middle(event)]
  pan(to[0] - from[0], to[1] - from[1])
  zoom(spread(event) / Math.max(1, spread(before)), to)
}
