// Masks as bits, the classes of error maps, ignored pixels, and the colors of every pixel.

import assert from "node:assert/strict"
import { test } from "node:test"
import { deflateSync } from "node:zlib"

import { classesOf, packedColor, tinted, unpacked } from "../../../../floodeval/dashboard/viewer/layers.js"
import { HATCHES } from "./support.mjs"

const [TRUTH, IGNORED, PREDICTED] = [1, 2, 4]
const [FOUND, FALSE_ALARM, MISSED, NOWHERE] = [1, 2, 3, 4]
const STYLES = [
  { color: "#009E73", hatch: "" },
  { color: "#D55E00", hatch: "/" },
  { color: "#0072B2", hatch: "x" },
  { color: "#A3A8AB", hatch: "-" },
]

/** The classes of an error map for every value of the bits, as Python sends them. */
const ERRORS = Array.from({ length: 8 }, (_, value) => {
  if (value & IGNORED) return NOWHERE
  const [truth, predicted] = [value & TRUTH, value & PREDICTED]
  if (truth && predicted) return FOUND
  if (predicted) return FALSE_ALARM
  return truth ? MISSED : 0
})

test("masks come out of the message as they went in", async () => {
  const bits = Uint8Array.from({ length: 5000 }, (_, at) => (at * 31) % 256)
  assert.deepEqual(await unpacked(deflateSync(bits).toString("base64")), bits)
})

test("masks that are damaged are refused", async () => {
  await assert.rejects(unpacked("bm8gbWFzaw=="))
})

test("an error map tells found water, false alarms and missed water apart", () => {
  const bits = Uint8Array.of(0, TRUTH | PREDICTED, PREDICTED, TRUTH)
  assert.deepEqual([...classesOf(bits, ERRORS)], [0, FOUND, FALSE_ALARM, MISSED])
})

test("ignored pixels are in a class of their own, whatever else they are", () => {
  const bits = Uint8Array.of(IGNORED, IGNORED | TRUTH, IGNORED | PREDICTED, IGNORED | TRUTH | PREDICTED)
  assert.deepEqual([...classesOf(bits, ERRORS)], [NOWHERE, NOWHERE, NOWHERE, NOWHERE])
})

test("each class has its color, on its own pixels", () => {
  const bits = Uint8Array.of(0, TRUTH | PREDICTED, 0, 0, 0, TRUTH | PREDICTED)
  const pixels = tinted(bits, [3, 2], { styles: STYLES, classes: ERRORS }, HATCHES)
  const green = packedColor("#009E73", 1)
  assert.deepEqual([...pixels], [0, green, 0, 0, 0, green])
})

test("a hatch has the color's shade on its lines", () => {
  const bits = new Uint8Array(36).fill(PREDICTED)
  const pixels = tinted(bits, [6, 6], { styles: STYLES, classes: ERRORS }, HATCHES)
  const [plain, dark] = [packedColor("#D55E00", 1), packedColor("#D55E00", HATCHES.shade)]
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 6; x++) assert.equal(pixels[6 * y + x], (x + y) % 6 < 1 ? dark : plain, `${x}, ${y}`)
  }
})

test("colors are opaque and in the order of the screen's bytes", () => {
  const bytes = new Uint8Array(Uint32Array.of(packedColor("#102030", 1)).buffer)
  assert.deepEqual([...bytes], [0x10, 0x20, 0x30, 255])
  assert.deepEqual([...new Uint8Array(Uint32Array.of(packedColor("#FFFFFF", 0.62)).buffer)], [158, 158, 158, 255])
})

test("a layer without styles tints nothing", () => {
  const pixels = tinted(Uint8Array.of(1, 2), [2, 1], { styles: [], classes: [] }, HATCHES)
  assert.deepEqual([...pixels], [0, 0])
})
