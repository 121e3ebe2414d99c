// Pictures in columns, one column per prompt; a click asks the server for that prompt in the viewer.

const VIEWER = ".st-key-viewer"

export default function mount({ data, parentElement, setTriggerValue }) {
  const grid = parentElement.querySelector(".grid")
  grid.dataset.n = data.columns.length
  const open = (prompt) => {
    setTriggerValue("open", prompt)
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    document.querySelector(VIEWER)?.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" })
  }
  const focused = grid.getRootNode().activeElement?.name
  grid.replaceChildren(...data.columns.map((column) => columnOf(column, data.open, open)))
  if (focused) [...grid.querySelectorAll("button")].find(({ name }) => name === focused)?.focus({ preventScroll: true })
}

function columnOf({ prompt, current, pictures }, words, open) {
  const column = document.createElement("div")
  column.className = current ? "column current" : "column"
  const title = Object.assign(document.createElement("code"), { textContent: prompt })
  column.style.gridRow = `span ${1 + pictures.length}`
  column.append(title, ...pictures.map((picture, side) => pictureOf(picture, words, () => open(prompt), `${prompt}/${side}`)))
  return column
}

function pictureOf({ source, text, name }, words, onclick, key) {
  const caption = Object.assign(document.createElement("span"), { textContent: text })
  if (!source) return Object.assign(caption, { className: "missing" })
  const image = Object.assign(document.createElement("img"), { src: source, alt: "" })
  const button = Object.assign(document.createElement("button"), { type: "button", name: key, title: words, onclick })
  button.setAttribute("aria-label", name)
  button.append(image, caption)
  return button
}
