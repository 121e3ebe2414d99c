// Keys that work wherever the focus is on the page, except where text is entered.

const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true]"
const DIGIT = /^(?:Digit|Numpad)([1-9])$/

/** What a key asks for: {swap: place, other}, {mark}, {png}, {keyboard}, or null. Places count from 0. */
export function commandOf({ key, code = "", shiftKey = false, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return null
  const digit = DIGIT.exec(code)
  if (digit) return { swap: Number(digit[1]) - 1, other: shiftKey }
  if (key === "?") return { keyboard: true }
  return { m: { mark: true }, p: { png: true } }[key.toLowerCase()] ?? null
}

/** Whether a key pressed here is text, or belongs to an open dialog or list. */
export function isTyping(target) {
  return Boolean(target?.closest?.(`${TYPING}, [role=dialog], [role=listbox], [role=combobox]`))
}

/** Answer keys with `answer(command)` until the returned function is called. */
export function listenToKeys(answer) {
  const onKey = (event) => {
    if (event.defaultPrevented || event.repeat || isTyping(event.composedPath()[0])) return
    if (document.querySelector("[role=dialog]")) return
    const command = commandOf(event)
    if (command && answer(command)) event.preventDefault()
  }
  window.addEventListener("keydown", onKey)
  return () => window.removeEventListener("keydown", onKey)
}
