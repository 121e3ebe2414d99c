// Gestures: what the wheel, pointers and keys do: zoom, pan, or show the whole picture.

export const STEP = 1.5 // of a zoom by button or key
const PAN = 0.15 // of the pane, by an arrow key
const SCROLLING_MS = 350 // a wheel that has just scrolled the page goes on scrolling it
const LINE_PX = 30 // of a wheel that counts in lines

let scrolledAt = -Infinity
globalThis.document?.addEventListener("scroll", () => (scrolledAt = performance.now()), {
  capture: true,
  passive: true,
})

/** The factor of a zoom by wheel or by the pinch of a touch pad; null where the wheel scrolls the page. */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }, { isWhole, scrolling }) {
  if ((deltaY > 0 && isWhole) || (scrolling && !ctrlKey)) return null
  const pixels = deltaY * (deltaMode === 1 ? LINE_PX : 1)
  return Math.exp(-pixels * (ctrlKey ? 0.01 : 0.002))
}

/** Handle the wheel with `zoom(factor, [clientX, clientY])`. */
export function wheeled(event, isWhole, zoom) {
  const factor = wheelFactor(event, { isWhole, scrolling: performance.now() - scrolledAt < SCROLLING_MS })
  if (factor === null) return
  event.preventDefault()
  zoom(factor, [event.clientX, event.clientY])
}

/**
 * Answer the move of a held pointer with `pan(dx, dy)`, and with `zoom(factor, at)` where a second one is held.
 *
 * `held` maps the pointers that are down to their last events; the moved one's is replaced.
 */
export function dragged(held, event, { pan, zoom }) {
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

/** What a key does to the view: {zoom}, {whole: true} or {pan: [dx, dy]} in shares of a pane; null for other keys. */
export function keyGesture({ key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null
  if (key === "+" || key === "=") return { zoom: STEP }
  if (key === "-") return { zoom: 1 / STEP }
  if (key === "0") return { whole: true }
  const arrow = arrowOf(key)
  return arrow && { pan: arrow.map((step) => -step * PAN || 0) }
}

/** The direction of an arrow key, [right, down]; null for other keys. */
export function arrowOf(key) {
  return { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? null
}

/** Keep a handled event from the page and from the browser. */
export function taken(event) {
  event.preventDefault()
  event.stopPropagation()
}
