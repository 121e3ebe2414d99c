// Outlines: cased, dashed, and equally wide at any zoom.

import assert from "node:assert/strict"
import { test } from "node:test"

import { Paths, drawOutline } from "../../../../floodeval/dashboard/viewer/outlines.js"
import { drawing } from "./support.mjs"

const STYLE = { color: "#0072B2", casing: "#FFFFFF", dash: [9, 5] }

test("the casing is drawn first and whole, the line over it with its dashes", () => {
  const { context, of } = drawing()
  drawOutline(context, "path", STYLE, 1)
  const [casing, line] = of("stroke")
  assert.deepEqual([casing.given, line.given], [["path"], ["path"]])
  assert.deepEqual([casing.strokeStyle, casing.dash], ["#FFFFFF", []])
  assert.deepEqual([line.strokeStyle, line.dash], ["#0072B2", [9, 5]])
  assert.ok(casing.lineWidth > line.lineWidth)
  assert.deepEqual(context.dash, []) // for what is drawn next
})

test("an outline is as wide on the screen at any zoom", () => {
  const widths = [0.5, 1, 8].map((scale) => {
    const { context, of } = drawing()
    drawOutline(context, "path", STYLE, scale)
    return of("stroke").flatMap(({ lineWidth, dash }) => [lineWidth * scale, ...dash.map((length) => length * scale)])
  })
  assert.deepEqual(widths[0], widths[1])
  assert.deepEqual(widths[2], widths[1])
})

test("a path is parsed once", () => {
  let made = 0
  const paths = new Paths((text) => ({ text, number: made++ }))
  assert.equal(paths.of("M0 0h1v1h-1z"), paths.of("M0 0h1v1h-1z"))
  assert.notEqual(paths.of("M0 0h1v1h-1z"), paths.of("M0 0h2v2h-2z"))
  assert.equal(made, 2)
  paths.clear()
  paths.of("M0 0h1v1h-1z")
  assert.equal(made, 3)
})
