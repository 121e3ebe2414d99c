// Messages that are as agreed pass; all others are refused with the field's name.

import assert from "node:assert/strict"
import { test } from "node:test"

import { ContractError, checkBits, checked } from "../../../../floodeval/dashboard/viewer/contract.js"
import { editing, layer, message } from "./support.mjs"

test("a message of either page is taken as it is", () => {
  for (const good of [message(), editing(), message({ photograph: null, prompt: null, view: "errors,0,1,0.5,0.5,60,50" })]) {
    assert.equal(checked(good), good)
  }
})

const without = (key) => {
  const { [key]: _, ...rest } = message()
  return rest
}
const layers = (changes) => message({ layers: [layer(changes)] })

const REFUSED = [
  [null, /^the message: expected an object, got null/],
  [[], /^the message: expected an object/],
  [message({ version: 2 }), /^version: expected version 3, got 2/],
  [without("bits"), /^bits: expected a value, got nothing/],
  [message({ color: "red" }), /^color: expected no such field/],
  [message({ size: [4] }), /^size: expected a list of 2/],
  [message({ size: [0, 3] }), /^size\[0\]: expected a whole number from 1 on, got 0/],
  [message({ layers: [] }), /^layers: expected a list with at least one entry/],
  [message({ sets: [{ key: "a", label: "A", panes: ["gone"], thumbnails: [], split: false }] }), /^sets\[0\]\.panes\[0\].*the key of a layer/],
  [message({ sets: [{ key: "a", label: "A", panes: ["errors"], thumbnails: [], split: true }] }), /^sets\[0\]\.panes: expected two layers/],
  [
    message({ sets: [{ key: "a", label: "A", panes: ["errors"], thumbnails: ["gone"], split: false }] }),
    /^sets\[0\]\.thumbnails\[0\].*the key of a layer/,
  ],
  [message({ toolbar: { previous: true } }), /^toolbar\.next: expected a value, got nothing/],
  [message({ toolbar: { ...message().toolbar, facts: [1] } }), /^toolbar\.facts\[0\]: expected a text, got 1/],
  [message({ caption: null }), /^caption: expected a list, got null/],
  [message({ photograph: { id: "p", url: null, outline: null } }), /^photograph\.url/],
  [message({ prompt: { box: [1, 2, 3], points: null, color: "#C2185B" } }), /^prompt\.box: expected a list of 4/],
  [message({ words: {} }), /^words\.failed: expected a text, got nothing/],
  [layers({ styles: [{ color: "red", hatch: "" }] }), /^layers\[0\]\.styles\[0\]\.color: expected a color such as #0072B2, got "red"/],
  [layers({ styles: [{ color: "#0072B2", hatch: "~" }], classes: [0, 1] }), /^layers\[0\]\.styles\[0\]\.hatch: .*"~"/],
  [layers({ classes: [0, 1, 2] }), /^layers\[0\]\.classes: expected one class for every value/],
  [layers({ classes: [0, 3] }), /^layers\[0\]\.classes\[1\]: expected the place of an style, got 3/],
  [layers({ outlines: [{ bit: 2, color: "#0072B2", casing: "#FFFFFF", dash: [] }] }), /^layers\[0\]\.outlines\[0\]\.bit/],
  [layers({ title: 3 }), /^layers\[0\]\.title: expected a text, got 3/],
  [editing({ photograph: null }), /^photograph: expected one to edit/],
  [editing({ editor: { ...editing().editor, marks: { box: null, clicks: [[1, 2]] } } }), /^editor\.marks\.clicks\[0\]: expected a list of 3/],
]

for (const [given, complaint] of REFUSED) {
  test(`refused: ${complaint.source}`, () => {
    assert.throws(
      () => checked(given),
      (error) => error instanceof ContractError && complaint.test(error.message),
    )
  })
}

test("an editor needs its own words", () => {
  assert.throws(() => checked(editing({ words: message().words })), /^Error: words\.tools/)
})

test("masks have a byte for every pixel", () => {
  checkBits(new Uint8Array(12), [4, 3])
  assert.throws(() => checkBits(new Uint8Array(11), [4, 3]), /bits: expected 4 × 3 bytes, got 11/)
})
