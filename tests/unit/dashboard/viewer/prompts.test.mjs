// Prompts: at which pixel a place is, what marks become of clicks and boxes, and where they are drawn.

import assert from "node:assert/strict"
import { test } from "node:test"

import {
  WATER,
  boxAround,
  drawBox,
  drawDisc,
  drawMarks,
  drawNumbered,
  isEmpty,
  noMarks,
  pixelAt,
  sameMarks,
  withBox,
  withClick,
} from "../../../../floodeval/dashboard/viewer/prompts.js"
import { drawing } from "./support.mjs"

const PLACE = { left: 10, top: 20, width: 300, height: 200 }
const FULL = [30, 20] // 10 CSS pixels a pixel

test("a place is on the pixel beneath it", () => {
  assert.deepEqual(pixelAt([10, 20], PLACE, FULL), [0, 0])
  assert.deepEqual(pixelAt([19.9, 29.9], PLACE, FULL), [0, 0])
  assert.deepEqual(pixelAt([20, 30], PLACE, FULL), [1, 1])
  assert.deepEqual(pixelAt([309.9, 219.9], PLACE, FULL), [29, 19])
})

test("a place beside the photograph is on its nearest pixel", () => {
  assert.deepEqual(pixelAt([-50, 999], PLACE, FULL), [0, 19])
  assert.deepEqual(pixelAt([310, 20], PLACE, FULL), [29, 0])
})

test("a box holds both pixels, whichever corner was first", () => {
  assert.deepEqual(boxAround([5, 9], [2, 3]), [2, 3, 6, 10])
  assert.deepEqual(boxAround([2, 3], [5, 9]), [2, 3, 6, 10])
  assert.deepEqual(boxAround([4, 4], [4, 4]), [4, 4, 5, 5])
})

test("marks are never changed, only made again", () => {
  const none = noMarks()
  const one = withClick(none, [1, 2], true)
  const boxed = withBox(one, [0, 0, 4, 4])
  assert.deepEqual([none, one.clicks, boxed.box], [{ box: null, clicks: [] }, [[1, 2, true]], [0, 0, 4, 4]])
  assert.ok(isEmpty(none) && !isEmpty(one) && !isEmpty(withBox(none, [0, 0, 1, 1])))
  assert.ok(sameMarks(one, withClick(none, [1, 2], true)) && !sameMarks(one, boxed))
})

test("of too many clicks the last hundred are kept", () => {
  let marks = noMarks()
  for (let at = 0; at < 103; at++) marks = withClick(marks, [at, 0], true)
  assert.equal(marks.clicks.length, 100)
  assert.equal(marks.clicks[0][0], 3)
})

test("a click is drawn in the middle of its pixel", () => {
  const { context, of } = drawing()
  drawDisc(context, [3, 4], PLACE, FULL, { color: WATER, sign: "+" })
  for (const { given } of of("arc")) assert.deepEqual(given.slice(0, 2), [45, 65])
})

test("a side of a box on the frame moves in to be seen whole", () => {
  const { context, of } = drawing()
  drawBox(context, [0, 5, 30, 20], PLACE, FULL, { color: WATER })
  assert.deepEqual(of("strokeRect")[0].given, [12.5, 70, 295, 147.5])
})

test("numbered clicks are drawn with the first on top", () => {
  const { context, of } = drawing()
  drawNumbered(context, [{ x: 1, y: 1, color: WATER }, { x: 2, y: 2, color: WATER }], PLACE, FULL)
  assert.deepEqual(of("fillText").map(({ given }) => given[0]), ["2", "1"])
})

test("while a box is drawn it is dashed, and the marked one is not shown", () => {
  const { context, of } = drawing()
  drawMarks(context, { marks: { box: [0, 0, 9, 9], clicks: [] }, corner: [2, 2], cursor: [4, 3] }, PLACE, FULL)
  const boxes = of("strokeRect")
  assert.equal(boxes.length, 2) // casing and line
  assert.deepEqual(boxes[0].given, [30, 40, 30, 20])
  assert.deepEqual(boxes[0].dash, [6, 5])
})
