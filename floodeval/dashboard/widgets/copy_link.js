// A button that copies the link to the view; where the browser forbids it, the link is shown to be copied.

const CONFIRMED_MS = 4000 // how long the button says that the link is copied

export default function mount({ data, parentElement }) {
  const copy = parentElement.querySelector(".copy")
  const button = copy.querySelector("button")
  copy.querySelector(".shown span").textContent = data.shown
  if (button.dataset.copied !== "true") copy.querySelector(".label").textContent = data.label
  button.onclick = () => copyLink(copy, data)
  return () => clearTimeout(copy.confirmed)
}

/** The link to the view, with all of its parameters. */
export function linkOf(place, params) {
  const link = new URL(place.pathname, place.origin)
  for (const [name, value] of Object.entries(params)) link.searchParams.set(name, value)
  return link.href
}

async function copyLink(copy, data) {
  const link = linkOf(window.location, data.params)
  const shown = copy.querySelector(".shown")
  try {
    await navigator.clipboard.writeText(link)
  } catch {
    shown.hidden = false // not allowed, or no secure connection
    const field = shown.querySelector("input")
    field.value = link
    field.focus()
    field.select()
    return
  }
  shown.hidden = true
  confirm(copy, data)
}

/** Say for a moment, on the button and to screen readers, that the link is copied. */
function confirm(copy, data) {
  label(copy, data.copied, true)
  clearTimeout(copy.confirmed)
  copy.confirmed = setTimeout(() => label(copy, data.label, false), CONFIRMED_MS)
}

function label(copy, words, copied) {
  copy.querySelector("button").dataset.copied = copied
  copy.querySelector(".label").textContent = words
  copy.querySelector(".status").textContent = copied ? words : ""
}
