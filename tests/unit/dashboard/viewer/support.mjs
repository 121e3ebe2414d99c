// What the tests share: the hatch table that Python sends, a message, and a canvas that records what is drawn.

export const HATCHES = {
  shade: 0.62,
  least_spacing_px: 6,
  lines_per_side: 56,
  width_divisor: 4,
  patterns: {
    "": { lines: [], dots: false },
    "/": { lines: [[1, 1]], dots: false },
    x: { lines: [[1, 1], [1, -1]], dots: false },
    "-": { lines: [[0, 1]], dots: false },
    ".": { lines: [[1, 0], [0, 1]], dots: true },
  },
}

const EVERY = ["failed", "opacity", "zoom", "zoom_in", "zoom_out", "whole", "sets", "decimal_point"]
const COMPARING = [
  ...["pane", "stage", "divider", "link", "copied", "thumbnails", "swap", "actual", "png", "saved"],
  ...["pixels", "previous_image", "next_image", "keyboard"],
  ...["key_swap", "key_swap_other", "key_step", "key_zoom", "key_mark"],
]
const EDITING = [
  ...["tools", "mode", "water", "land", "box", "move", "undo", "clear", "as_run", "outline"],
  ...["hint", "keys", "position"],
]

export function layer(changes = {}) {
  return {
    ...{ key: "errors", title: "Errors", short: "", alt: "Errors of a", swatch: "", aside: "IoU 0.5", footnote: "", prompt: false, given: null },
    clicks: [{ x: 1, y: 2, color: "#C2185B" }],
    key_entries: [{ swatch: "", text: "water found", strong: false }],
    styles: [
      { color: "#009E73", hatch: "" },
      { color: "#D55E00", hatch: "/" },
    ],
    classes: [0, 2, 0, 1],
    outlines: [{ bit: 1, color: "#0072B2", casing: "#FFFFFF", dash: [9, 5] }],
    ...changes,
  }
}

/** A message of the page Compare. */
export function message(changes = {}) {
  return {
    ...{ version: 3, name: "run/box/a", id: "a", size: [4, 3], full: [8, 6], bits: "", view: null },
    photograph: { id: "run/a", url: "data:image/jpeg;base64,", outline: null },
    outline_paths: ["M0 0h1v1h-1z", "M1 1h1v1h-1z"],
    prompt: { box: [0, 0, 8, 6], points: null, color: "#C2185B" },
    layers: [layer()],
    sets: [{ key: "errors", label: "Errors", panes: ["errors"], thumbnails: [], split: false }],
    toolbar: { previous: false, next: true, position: "1 of 35", facts: ["both fail"], mark: null },
    caption: ["a"],
    hatches: HATCHES,
    words: words([...EVERY, ...COMPARING]),
    editor: null,
    ...changes,
  }
}

/** A message of the page Try it. */
export function editing(changes = {}) {
  return message({
    photograph: { id: "p", url: null, outline: null },
    toolbar: null,
    words: words([...EVERY, ...EDITING]),
    editor: {
      marks: { box: null, clicks: [[3, 4, true]] },
      run_marks: { box: [0, 0, 3, 3], clicks: [] },
      outline: { color: "#0072B2", casing: "#FFFFFF", dash: [] },
      spoken: "",
    },
    ...changes,
  })
}

function words(keys) {
  return Object.fromEntries(keys.map((key) => [key, key]))
}

/** A drawing context that records its calls with the style they were made in. */
export function drawing() {
  const calls = []
  const names = ["stroke", "fill", "fillRect", "strokeRect", "fillText", "arc", "beginPath", "moveTo", "lineTo"]
  const context = { dash: [], setLineDash: (dash) => (context.dash = dash) }
  for (const name of names) {
    context[name] = (...given) => {
      const { strokeStyle, fillStyle, lineWidth, dash } = context
      calls.push({ name, given, strokeStyle, fillStyle, lineWidth, dash })
    }
  }
  return { context, calls, of: (name) => calls.filter((call) => call.name === name) }
}
