// Which pane shows what: a set's own layers, swapped ones, and those of photographs that lack a layer.

import assert from "node:assert/strict"
import { test } from "node:test"

import { exchanged, slotsOf, targetOf, withLayer } from "../../../../floodeval/dashboard/viewer/slots.js"

const ERRORS = { panes: ["errors:a", "errors:b"], thumbnails: ["photograph", "truth"], split: false }
const OWN = ["errors:a", "errors:b", "photograph", "truth"]
const KNOWN = [...OWN, "against"]

test("a set shows its own layers until others are chosen", () => {
  assert.deepEqual(slotsOf(ERRORS, null, KNOWN), OWN)
  const chosen = ["photograph", "errors:b", "errors:a", "truth"]
  assert.deepEqual(slotsOf(ERRORS, chosen, KNOWN), chosen)
})

test("a choice for the panes alone leaves the rest to the thumbnails", () => {
  assert.deepEqual(slotsOf(ERRORS, ["truth", "photograph"], KNOWN), ["truth", "photograph", "errors:b", "errors:a"])
})

test("a choice for another number of places is not taken", () => {
  assert.deepEqual(slotsOf(ERRORS, ["truth"], KNOWN), OWN)
  assert.deepEqual(slotsOf(ERRORS, ["truth", "photograph", "errors:a"], KNOWN), OWN)
})

test("a place whose layer the photograph lacks shows its own", () => {
  assert.deepEqual(slotsOf(ERRORS, ["against", "errors:b", "photograph", "truth"], OWN), OWN)
})

test("no layer is shown twice where a layer is missing", () => {
  const shown = slotsOf(ERRORS, ["gone", "errors:a", "photograph", "truth"], KNOWN)
  assert.deepEqual([...shown].sort(), [...OWN].sort())
})

test("swapping twice gives back what was shown", () => {
  const swapped = exchanged(OWN, 0, 2)
  assert.deepEqual(swapped, ["photograph", "errors:b", "errors:a", "truth"])
  assert.deepEqual(exchanged(swapped, 0, 2), OWN)
})

test("a chosen layer that another place shows is exchanged with it", () => {
  assert.deepEqual(withLayer(OWN, 0, "truth"), ["truth", "errors:b", "photograph", "errors:a"])
  assert.deepEqual(withLayer(OWN, 0, "against"), ["against", "errors:b", "photograph", "truth"])
  assert.deepEqual(withLayer(OWN, 1, "errors:b"), OWN)
})

test("thumbnails are swapped with the active pane, or with the one after it", () => {
  assert.equal(targetOf(ERRORS, 0, false), 0)
  assert.equal(targetOf(ERRORS, 0, true), 1)
  assert.equal(targetOf(ERRORS, 1, true), 0)
  assert.equal(targetOf({ panes: ["against"], split: false }, 0, true), 0)
  assert.equal(targetOf(ERRORS, 7, false), 1)
})
