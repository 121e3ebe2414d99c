// Keys that work everywhere on the page, and where they are text instead.

import assert from "node:assert/strict"
import { test } from "node:test"

import { commandOf, isTyping } from "../../../../floodeval/dashboard/viewer/commands.js"

test("digits swap thumbnails, with Shift into the other pane", () => {
  assert.deepEqual(commandOf({ key: "1", code: "Digit1" }), { swap: 0, other: false })
  assert.deepEqual(commandOf({ key: "$", code: "Digit4", shiftKey: true }), { swap: 3, other: true })
  assert.deepEqual(commandOf({ key: "2", code: "Numpad2" }), { swap: 1, other: false })
})

test("letters mark, save and explain", () => {
  assert.deepEqual(commandOf({ key: "m", code: "KeyM" }), { mark: true })
  assert.deepEqual(commandOf({ key: "P", code: "KeyP" }), { png: true })
  assert.deepEqual(commandOf({ key: "?", code: "Slash", shiftKey: true }), { keyboard: true })
})

test("other keys, and the browser's own, are left alone", () => {
  assert.equal(commandOf({ key: "1", code: "Digit1", ctrlKey: true }), null)
  assert.equal(commandOf({ key: "p", code: "KeyP", metaKey: true }), null)
  assert.equal(commandOf({ key: "Enter", code: "Enter" }), null)
})

test("nothing is answered where text is entered", () => {
  assert.equal(isTyping({ closest: () => ({}) }), true)
  assert.equal(isTyping({ closest: () => null }), false)
  assert.equal(isTyping(undefined), false)
})
