// The part of a picture that is shown: fit, zoom about a place, panning, margins, links.

import assert from "node:assert/strict"
import { test } from "node:test"

import {
  WHOLE,
  actualZoom,
  clamped,
  cornerOf,
  fitOf,
  panned,
  parsedView,
  placed,
  reaching,
  viewText,
  zoomed,
} from "../../../../floodeval/dashboard/viewer/view.js"

const PANE = { width: 300, height: 200 }
const WIDE = [600, 200]
const TALL = [100, 400]

const close = (found, wanted, within = 1e-9) =>
  assert.ok(Math.abs(found - wanted) <= within, `${found} is not ${wanted}`)

/** The place of the picture, as shares, beneath a place of the pane. */
function beneath(view, [x, y], size, pane = PANE) {
  const { scale, left, top } = placed(view, pane, size)
  return [(x - left) / scale / size[0], (y - top) / scale / size[1]]
}

test("the whole picture fits the pane and is centered in it", () => {
  assert.equal(fitOf(PANE, WIDE), 0.5)
  assert.deepEqual(placed(WHOLE, PANE, WIDE), { scale: 0.5, left: 0, top: 50 })
  assert.deepEqual(placed(WHOLE, PANE, TALL), { scale: 0.5, left: 125, top: 0 })
})

test("a pane without room still has a scale", () => {
  assert.equal(fitOf({ width: 0, height: 0 }, WIDE), 1)
})

test("a zoom keeps what is beneath the pointer", () => {
  let view = zoomed(WHOLE, 3, PANE, WIDE, { at: [150, 100] })
  for (const at of [[40, 70], [290, 110], [150, 100]]) {
    const before = beneath(view, at, WIDE)
    view = zoomed(view, 1.7, PANE, WIDE, { at })
    const after = beneath(view, at, WIDE)
    close(after[0], before[0])
    close(after[1], before[1])
  }
})

test("a zoom without a place is about the middle", () => {
  const view = zoomed({ zoom: 4, x: 0.3, y: 0.6 }, 2, PANE, WIDE)
  close(view.zoom, 8)
  close(view.x, 0.3)
  close(view.y, 0.6)
})

test("zooming out ends at the whole picture, and in at the largest pixels", () => {
  assert.deepEqual(zoomed({ zoom: 2, x: 0.3, y: 0.5 }, 0.1, PANE, WIDE), WHOLE)
  assert.equal(zoomed(WHOLE, 1e6, PANE, WIDE, { most: 32 }).zoom, 64) // 32 px a pixel, from 0.5
  assert.equal(zoomed(WHOLE, 10, PANE, [2, 2], { most: 32 }).zoom, 1) // it is larger than that already
})

test("no margin shows where the picture is longer than the pane", () => {
  const view = clamped({ zoom: 4, x: -3, y: 7 }, PANE, WIDE)
  const { scale, left, top } = placed(view, PANE, WIDE)
  close(left, 0)
  close(top + 200 * scale, PANE.height)
})

test("along a side that the pane holds whole the picture stays in the middle", () => {
  const view = panned({ zoom: 1.5, x: 0.5, y: 0.5 }, 0, 80, PANE, WIDE)
  assert.equal(view.y, 0.5) // 150 px of 200
})

test("a drag moves the picture by as many pixels", () => {
  const before = { zoom: 5, x: 0.5, y: 0.5 }
  const from = placed(before, PANE, WIDE)
  const to = placed(panned(before, 40, -25, PANE, WIDE), PANE, WIDE)
  close(to.left - from.left, 40)
  close(to.top - from.top, -25)
})

test("the keyboard's pixel is brought into the pane, and a view that shows it stays", () => {
  const view = { zoom: 4, x: 0.5, y: 0.5 }
  assert.deepEqual(reaching(view, [0.5, 0.45], PANE, WIDE), view)
  const moved = reaching(view, [0.9, 0.5], PANE, WIDE)
  const { scale, left } = placed(moved, PANE, WIDE)
  close(left + 0.9 * WIDE[0] * scale, 0.9 * PANE.width) // a tenth from the edge
})

test("the corner is that of the picture while its begin is shown", () => {
  assert.deepEqual(cornerOf(WHOLE, PANE, WIDE), [0, 0])
  const [x, y] = cornerOf({ zoom: 4, x: 0.5, y: 0.5 }, PANE, WIDE)
  close(x, 0.375)
  close(y, 0.25)
})

test("a link's view is read as it was written", () => {
  const said = viewText({ set: "masks", layers: [0, 1, 5], view: { zoom: 2.5, x: 0.4, y: 0.6 }, opacity: 60, split: 50 })
  assert.equal(said, "masks,0.1.5,2.500,0.400000,0.600000,60,50")
  const wanted = { set: "masks", layers: [0, 1, 5], view: { zoom: 2.5, x: 0.4, y: 0.6 }, opacity: 60, split: 50 }
  assert.deepEqual(parsedView(said), wanted)
})

test("a link that was tampered with is left alone or kept within bounds", () => {
  assert.equal(parsedView("masks,0.1,two,0,0,0,0"), null)
  assert.equal(parsedView("masks"), null)
  const found = parsedView("masks,0,-4,0.5,0.5,900,-20")
  assert.deepEqual([found.view.zoom, found.opacity, found.split], [1, 100, 0])
})

test("at the actual size a pixel of the photograph is one CSS pixel, also where a smaller picture is shown", () => {
  for (const [size, full] of [[[600, 400], [600, 400]], [[600, 400], [1200, 800]]]) {
    const zoom = actualZoom(PANE, size, full)
    const { scale } = placed({ ...WHOLE, zoom }, PANE, size)
    close((scale * size[0]) / full[0], 1)
  }
  assert.ok(actualZoom(PANE, [30, 20], [30, 20]) < 1)
})
