// Wheel, pinch, drag and keys.

import assert from "node:assert/strict"
import { test } from "node:test"

import { STEP, dragged, keyGesture, taken, wheelFactor, wheeled } from "../../../../floodeval/dashboard/viewer/gestures.js"

const wheel = (deltaY, more = {}) => ({ deltaY, deltaMode: 0, ctrlKey: false, ...more })
const free = { isWhole: false, scrolling: false }

/** What gestures ask for. */
function recorder() {
  const calls = []
  return { calls, pan: (...by) => calls.push(["pan", ...by]), zoom: (...by) => calls.push(["zoom", ...by]) }
}

const pointer = (pointerId, clientX, clientY) => ({ pointerId, clientX, clientY })

test("the wheel zooms in upwards and out downwards, and back to where it was", () => {
  const closer = wheelFactor(wheel(-100), free)
  assert.ok(closer > 1)
  assert.ok(Math.abs(closer * wheelFactor(wheel(100), free) - 1) < 1e-12)
})

test("a wheel that counts in lines turns as far as one that counts in pixels", () => {
  assert.equal(wheelFactor(wheel(-3, { deltaMode: 1 }), free), wheelFactor(wheel(-90), free))
})

test("downwards over a whole picture the page scrolls", () => {
  assert.equal(wheelFactor(wheel(100), { isWhole: true, scrolling: false }), null)
  assert.ok(wheelFactor(wheel(-100), { isWhole: true, scrolling: false }) > 1)
})

test("a wheel that is scrolling the page goes on doing so, a pinch does not", () => {
  assert.equal(wheelFactor(wheel(-100), { isWhole: false, scrolling: true }), null)
  assert.ok(wheelFactor(wheel(-10, { ctrlKey: true }), { isWhole: false, scrolling: true }) > 1)
})

test("the pinch of a touch pad is stronger than the wheel", () => {
  assert.ok(wheelFactor(wheel(-10, { ctrlKey: true }), free) > wheelFactor(wheel(-10), free))
})

test("a wheel that is answered does not scroll the page", () => {
  const { calls, zoom } = recorder()
  const event = { ...wheel(-50), clientX: 7, clientY: 9, prevented: 0, preventDefault: () => event.prevented++ }
  wheeled(event, false, zoom)
  assert.equal(event.prevented, 1)
  assert.deepEqual(calls[0].slice(2), [[7, 9]])
  wheeled({ ...event, deltaY: 50 }, true, zoom)
  assert.equal(event.prevented, 1)
  assert.equal(calls.length, 1)
})

test("one pointer pans by as much as it moves", () => {
  const { calls, ...asked } = recorder()
  const held = new Map([[1, pointer(1, 10, 10)]])
  dragged(held, pointer(1, 15, 7), asked)
  dragged(held, pointer(1, 16, 7), asked)
  assert.deepEqual(calls, [["pan", 5, -3], ["pan", 1, 0]])
})

test("two pointers zoom by their distance, about the middle between them", () => {
  const { calls, ...asked } = recorder()
  const held = new Map([[1, pointer(1, 0, 0)], [2, pointer(2, 10, 0)]])
  dragged(held, pointer(2, 30, 0), asked)
  assert.deepEqual(calls, [["pan", 10, 0], ["zoom", 3, [15, 0]]])
  dragged(held, pointer(1, 10, 0), asked)
  assert.deepEqual(calls.slice(2), [["pan", 5, 0], ["zoom", 20 / 30, [20, 0]]])
})

test("two pointers at one place do not zoom without bound", () => {
  const { calls, ...asked } = recorder()
  const held = new Map([[1, pointer(1, 5, 5)], [2, pointer(2, 5, 5)]])
  dragged(held, pointer(2, 9, 5), asked)
  assert.deepEqual(calls[1], ["zoom", 4, [7, 5]])
})

test("keys zoom, show the whole, and pan", () => {
  const key = (name, more = {}) => keyGesture({ key: name, ...more })
  assert.deepEqual(key("+"), { zoom: STEP })
  assert.deepEqual(key("="), { zoom: STEP })
  assert.deepEqual(key("-"), { zoom: 1 / STEP })
  assert.deepEqual(key("0"), { whole: true })
  assert.deepEqual(key("ArrowLeft"), { pan: [0.15, 0] })
  assert.deepEqual(key("ArrowDown"), { pan: [0, -0.15] })
  assert.equal(key("a"), null)
})

test("keys with a modifier are the browser's", () => {
  for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(keyGesture({ key: "+", [modifier]: true }), null)
  }
})

test("what is taken reaches neither the page nor the browser", () => {
  const calls = []
  taken({ preventDefault: () => calls.push("default"), stopPropagation: () => calls.push("page") })
  assert.deepEqual(calls, ["default", "page"])
})
