// Placing prompts with pointers and keys.

import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"

import { Editor } from "../../../../floodeval/dashboard/viewer/editing.js"

const nothing = () => {}
let viewer, editor, pane, sent

/** A photograph of 100 x 50 pixels that fills a pane of 1000 x 500. */
beforeEach(() => {
  sent = []
  viewer = {
    view: { zoom: 1, x: 0.5, y: 0.5 },
    data: { full: [100, 50], words: { position: "x {x}, y {y}" } },
    placeIn: () => ({ left: 0, top: 0, width: 1000, height: 500 }),
    marked: () => sent.push(editor.marks),
    zooms: [],
    pans: [],
    zoom: (...given) => viewer.zooms.push(given),
    pan: (...given) => viewer.pans.push(given),
    reset: () => viewer.zooms.push("whole"),
    reach: nothing,
    showTools: nothing,
    paintMarks: nothing,
    speak: (text) => (viewer.spoken = text),
  }
  editor = new Editor(viewer)
  pane = { marks: { setPointerCapture: nothing }, local: (place) => place }
  editor.listen(pane)
})

function event(clientX, clientY, more = {}) {
  return { ...{ pointerId: 1, pointerType: "mouse", button: 0, shiftKey: false }, clientX, clientY, ...more }
}

function click(x, y, more = {}) {
  pane.marks.onpointerdown(event(x, y, more))
  pane.marks.onpointerup(event(x, y, more))
}

function drag(from, to, more = {}) {
  pane.marks.onpointerdown(event(...from, more))
  pane.marks.onpointermove(event((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, more))
  pane.marks.onpointermove(event(...to, more))
  pane.marks.onpointerup(event(...to, more))
}

function press(key, more = {}) {
  const given = { key, shiftKey: false, preventDefault: () => (given.taken = true), stopPropagation: nothing, ...more }
  pane.marks.onkeydown(given)
  return Boolean(given.taken)
}

test("a click marks water, with Shift or the right button land", () => {
  click(105, 205)
  click(15, 15, { shiftKey: true })
  click(25, 15, { button: 2 })
  assert.deepEqual(editor.marks.clicks, [[10, 20, true], [1, 1, false], [2, 1, false]])
  assert.equal(sent.length, 3)
})

test("in the mode for land a click marks land", () => {
  editor.choose("land")
  click(105, 205)
  assert.deepEqual(editor.marks.clicks, [[10, 20, false]])
})

test("a hand that trembles has clicked, one that drags has drawn a box", () => {
  drag([100, 100], [103, 102])
  assert.deepEqual([editor.marks.box, editor.marks.clicks.length], [null, 1])
  drag([300, 200], [105, 50])
  assert.deepEqual(editor.marks.box, [10, 5, 31, 21])
})

test("undo goes back one mark at a time", () => {
  click(105, 205)
  click(15, 15)
  editor.undo()
  assert.deepEqual(editor.marks.clicks, [[10, 20, true]])
  editor.undo()
  editor.undo()
  assert.deepEqual(editor.marks, { box: null, clicks: [] })
})

test("the mode for moving pans and marks nothing", () => {
  editor.choose("move")
  click(105, 205)
  drag([100, 100], [160, 100])
  assert.deepEqual(editor.marks, { box: null, clicks: [] })
  assert.equal(viewer.pans.reduce((sum, [, dx]) => sum + dx, 0), 60)
})

test("the middle button pans in every mode", () => {
  drag([100, 100], [160, 100], { button: 1 })
  assert.ok(viewer.pans.length && !sent.length)
})

test("a finger taps a whole photograph and moves a zoomed one", () => {
  const finger = { pointerType: "touch" }
  drag([100, 100], [160, 100], finger)
  assert.ok(!sent.length && !viewer.pans.length) // the page scrolls
  viewer.view.zoom = 2
  drag([100, 100], [160, 100], finger)
  assert.ok(!sent.length && viewer.pans.length)
  click(105, 205, finger)
  assert.equal(sent.length, 1)
})

test("a second finger zooms, and neither of them marks", () => {
  const finger = (pointerId) => ({ pointerType: "touch", pointerId })
  pane.marks.onpointerdown(event(100, 100, finger(1)))
  pane.marks.onpointerdown(event(200, 100, finger(2)))
  pane.marks.onpointermove(event(300, 100, finger(2)))
  pane.marks.onpointerup(event(300, 100, finger(2)))
  pane.marks.onpointerup(event(100, 100, finger(1)))
  assert.deepEqual([viewer.zooms[0][0], sent.length], [2, 0])
})

test("arrows move the cross from the middle of the view, with Shift by a pixel", () => {
  press("ArrowRight", { shiftKey: true })
  assert.deepEqual([editor.cursor, viewer.spoken], [[51, 25], "x 51, y 25"])
  press("ArrowLeft")
  assert.deepEqual(editor.cursor, [49, 25]) // a fiftieth of the longer side
  for (let at = 0; at < 60; at++) press("ArrowUp")
  assert.deepEqual(editor.cursor, [49, 0])
})

test("Enter marks at the cross, and two of them span a box in its mode", () => {
  press("Enter")
  press("Enter", { shiftKey: true })
  assert.deepEqual(editor.marks.clicks, [[50, 25, true], [50, 25, false]])
  editor.choose("box")
  press("Enter")
  press("ArrowRight", { shiftKey: true })
  press("Enter")
  assert.deepEqual(editor.marks.box, [50, 25, 52, 26])
})

test("Escape gives up a box that was begun", () => {
  editor.choose("box")
  press("Enter")
  assert.ok(press("Escape"))
  assert.equal(editor.corner, null)
  assert.ok(!press("Escape")) // which is the page's then
})

test("keys zoom and undo, others are left to the page", () => {
  click(105, 205)
  assert.ok(press("+") && press("0") && press("Backspace"))
  assert.deepEqual([viewer.zooms, editor.marks.clicks], [[[1.5], "whole"], []])
  assert.ok(!press("a") && !press("+", { ctrlKey: true }))
})

test("another photograph begins with its own marks and no way back", () => {
  click(105, 205)
  editor.begin({ box: [0, 0, 2, 2], clicks: [] })
  editor.undo()
  assert.deepEqual(editor.marks, { box: [0, 0, 2, 2], clicks: [] })
  assert.equal(editor.cursor, null)
})
