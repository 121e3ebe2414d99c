// The message that Python sends, as contract.md describes it, checked before anything is drawn.

export const VERSION = 3

const WORDS = {
  every: ["failed", "opacity", "zoom", "zoom_in", "zoom_out", "whole", "sets", "decimal_point"],
  comparing: [
    ...["pane", "stage", "divider", "link", "copied", "thumbnails", "swap", "actual", "png", "saved"],
    ...["pixels", "previous_image", "next_image", "keyboard"],
    ...["key_swap", "key_swap_other", "key_step", "key_zoom", "key_mark"],
  ],
  editing: [
    ...["tools", "mode", "water", "land", "box", "move", "undo", "clear", "as_run", "outline"],
    ...["hint", "keys", "position"],
  ],
}

/** A message that breaks the contract. */
export class ContractError extends Error {}

/** Check a message; returns it. Throws a ContractError that names the field, what was expected and what it got. */
export function checked(message) {
  MESSAGE(message, "")
  for (const word of wordsOf(message)) {
    if (!(word in message.words)) refuse(`words.${word}`, "a text", undefined)
  }
  const { editor, photograph } = message
  if (editor && !photograph) refuse("photograph", "one to edit", photograph)
  if (!editor && photograph?.url === null) refuse("photograph.url", "a photograph, which only an editor keeps", null)
  message.layers.forEach((layer, at) => checkLayer(message, layer, `layers[${at}]`))
  message.sets.forEach((set, at) => checkSet(message, set, `sets[${at}]`))
  return message
}

/** Check that there is one byte for every pixel of a picture. */
export function checkBits(bits, [width, height]) {
  if (bits.length !== width * height) refuse("bits", `${width} × ${height} bytes`, bits.length)
}

/** The words that a message needs. */
export function wordsOf({ editor }) {
  return [...WORDS.every, ...(editor ? WORDS.editing : WORDS.comparing)]
}

function checkLayer({ hatches, outline_paths: paths }, { styles, classes, outlines }, path) {
  if (styles.length && ![2, 4, 8, 16, 32, 64, 128, 256].includes(classes.length)) {
    refuse(`${path}.classes`, "one class for every value of the bits", classes)
  }
  classes.forEach((found, at) => found <= styles.length || refuse(`${path}.classes[${at}]`, "the place of an style", found))
  styles.forEach(({ hatch }, at) => hatch in hatches.patterns || refuse(`${path}.styles[${at}].hatch`, "a hatch of the table", hatch))
  outlines.forEach(({ bit }, at) => bit < paths.length || refuse(`${path}.outlines[${at}].bit`, "the place of a mask", bit))
}

function checkSet({ layers }, { panes, thumbnails, split }, path) {
  const keys = layers.map(({ key }) => key)
  for (const [name, shown] of Object.entries({ panes, thumbnails })) {
    shown.forEach((key, at) => keys.includes(key) || refuse(`${path}.${name}[${at}]`, "the key of a layer", key))
  }
  if (split && panes.length !== 2) refuse(`${path}.panes`, "two layers, left and right of the divider", panes)
}

function refuse(path, expected, found) {
  const shown = found === undefined ? "nothing" : JSON.stringify(found).slice(0, 60)
  throw new ContractError(`${path || "the message"}: expected ${expected}, got ${shown}`)
}

// Checks: functions of a value and its path that refuse, or return nothing. ----------------------------------

const only = (holds, expected) => (value, path) => {
  if (!holds(value)) refuse(path, expected, value)
}
const text = only((value) => typeof value === "string", "a text")
const flag = only((value) => typeof value === "boolean", "true or false")
const number = only((value) => Number.isFinite(value), "a number")
const whole = only((value) => Number.isInteger(value) && value >= 0, "a whole number from 0 on")
const count = only((value) => Number.isInteger(value) && value > 0, "a whole number from 1 on")
const share = only((value) => value >= 0 && value <= 1, "a number from 0 to 1")
const color = only((value) => /^#[0-9a-f]{6}$/i.test(value), "a color such as #0072B2")
const version = only((value) => value === VERSION, `version ${VERSION}`)

const nullable = (check) => (value, path) => {
  if (value !== null) check(value, path)
}

const list = (check) => (value, path) => {
  if (!Array.isArray(value)) refuse(path, "a list", value)
  value.forEach((one, at) => check(one, `${path}[${at}]`))
}

const some = (check) => (value, path) => {
  list(check)(value, path)
  if (!value.length) refuse(path, "a list with at least one entry", value)
}

const tuple = (...checks) => (value, path) => {
  if (!Array.isArray(value) || value.length !== checks.length) refuse(path, `a list of ${checks.length}`, value)
  checks.forEach((check, at) => check(value[at], `${path}[${at}]`))
}

const mapping = (check) => (value, path) => {
  if (!isObject(value)) refuse(path, "an object", value)
  for (const [key, one] of Object.entries(value)) check(one, join(path, key))
}

const record = (fields) => (value, path) => {
  if (!isObject(value)) refuse(path, "an object", value)
  for (const key of Object.keys(value)) {
    if (!(key in fields)) refuse(join(path, key), "no such field", value[key])
  }
  for (const [key, check] of Object.entries(fields)) {
    if (!(key in value)) refuse(join(path, key), "a value", undefined)
    check(value[key], join(path, key))
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value)
const join = (path, key) => (path ? `${path}.${key}` : key)

const BOX = tuple(number, number, number, number)
const LINE = { color, casing: color, dash: list(number) }
const MARKS = record({ box: nullable(BOX), clicks: list(tuple(number, number, flag)) })

const GIVEN = record({ box: nullable(BOX), points: nullable(list(tuple(number, number))), color })

const LAYER = record({
  key: text,
  title: text,
  short: text,
  swatch: text,
  alt: text,
  aside: text,
  footnote: text,
  prompt: flag,
  given: nullable(GIVEN),
  clicks: list(record({ x: number, y: number, color })),
  key_entries: list(record({ swatch: text, text, strong: flag })),
  styles: list(record({ color, hatch: text })),
  classes: list(whole),
  outlines: list(record({ bit: whole, ...LINE })),
})

const HATCHES = record({
  shade: share,
  least_spacing_px: count,
  lines_per_side: count,
  width_divisor: count,
  patterns: mapping(record({ lines: list(tuple(number, number)), dots: flag })),
})

const MESSAGE = record({
  version,
  name: text,
  id: text,
  size: tuple(count, count),
  full: tuple(count, count),
  photograph: nullable(record({ id: text, url: nullable(text), outline: nullable(text) })),
  bits: text,
  outline_paths: list(text),
  prompt: nullable(GIVEN),
  layers: some(LAYER),
  sets: some(record({ key: text, label: text, panes: some(text), thumbnails: list(text), split: flag })),
  hatches: HATCHES,
  words: mapping(text),
  view: nullable(text),
  toolbar: nullable(
    record({ previous: flag, next: flag, position: text, facts: list(text), mark: nullable(text) }),
  ),
  caption: list(text),
  editor: nullable(
    record({ marks: MARKS, run_marks: nullable(MARKS), outline: nullable(record(LINE)), spoken: text }),
  ),
})
