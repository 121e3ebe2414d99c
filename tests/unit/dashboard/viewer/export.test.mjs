// The exported picture: its scale, its lines, and that nothing in it overlaps.

import assert from "node:assert/strict"
import { test } from "node:test"

import { barLength, fileName, layoutOf, wrapped } from "../../../../floodeval/dashboard/viewer/export.js"

test("a scale bar has a round length that fits", () => {
  for (const scale of [0.01, 0.3, 0.79, 1, 2.7, 30]) {
    const length = barLength(scale, 480)
    assert.match(String(length), /^[125]0*$/)
    assert.ok(length * scale <= 480 / 4 || length === 1)
    assert.ok(length * scale > 480 / 4 / 2.6 || length === 1)
  }
})

for (const [n, columns] of [[1, 1], [2, 2], [2, 1], [3, 2], [6, 3]]) {
  test(`${n} panes in ${columns} columns do not overlap and lie within the picture`, () => {
    const { places, scale, caption, width, height } = layoutOf(Array(n).fill({ width: 481, height: 361 }), columns, 3)
    for (const [at, one] of places.entries()) {
      assert.ok(one.x >= 0 && one.x + one.width <= width && one.y + one.height < scale.y)
      for (const other of places.slice(at + 1)) {
        assert.ok(one.x + one.width <= other.x || one.y + one.height <= other.y || other.y + other.height <= one.y)
      }
    }
    assert.ok(scale.y < caption.y && caption.y < height)
  })
}

test("a long line is wrapped between words", () => {
  const measure = (text) => text.length
  assert.deepEqual(wrapped("A: pretrained, IoU 0.8", 12, measure), ["A:", "pretrained,", "IoU 0.8"])
  assert.deepEqual(wrapped("unbreakable", 3, measure), ["unbreakable"])
})

test("a file name has nothing that a file system refuses", () => {
  assert.equal(fileName("a/b:c", "errors"), "a_b_c-errors.png")
})
