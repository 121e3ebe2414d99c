// Hatches from the table that Python sends.

import assert from "node:assert/strict"
import { test } from "node:test"

import { hatchTile, spacingOf } from "../../../../floodeval/dashboard/viewer/hatches.js"
import { HATCHES } from "./support.mjs"

const drawn = (name, scale = { spacing: 4, line: 1 }) => {
  const tile = hatchTile(HATCHES.patterns[name], scale)
  const { spacing } = scale
  return Array.from({ length: spacing }, (_, y) => [...tile.slice(y * spacing, (y + 1) * spacing)].join(""))
}

test("lines are as far apart as the size of the picture asks, and no closer than the least", () => {
  assert.deepEqual(spacingOf([100, 72], HATCHES), { spacing: 6, line: 1 })
  assert.deepEqual(spacingOf([1400, 900], HATCHES), { spacing: 25, line: 6 })
  assert.deepEqual(spacingOf([900, 1400], HATCHES), { spacing: 25, line: 6 })
})

test("each pattern has its lines", () => {
  assert.deepEqual(drawn(""), ["0000", "0000", "0000", "0000"])
  assert.deepEqual(drawn("-"), ["1111", "0000", "0000", "0000"])
  assert.deepEqual(drawn("/"), ["1000", "0001", "0010", "0100"])
  assert.deepEqual(drawn("x"), ["1000", "0101", "0010", "0101"])
  assert.deepEqual(drawn("."), ["1000", "0000", "0000", "0000"])
})

test("lines are as wide as asked", () => {
  assert.deepEqual(drawn("-", { spacing: 4, line: 2 }), ["1111", "1111", "0000", "0000"])
  assert.deepEqual(drawn(".", { spacing: 4, line: 2 }), ["1100", "1100", "0000", "0000"])
})
