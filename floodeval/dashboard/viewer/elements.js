// Elements of the markup.

/** An element with properties, attributes (role, aria-...) and children. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name === "role" || name.startsWith("aria-")) made.setAttribute(name, value)
    else made[name] = value
  }
  made.append(...children)
  return made
}

/** A swatch before a text; none where its source is empty. */
export function swatchOf(source) {
  return source ? [element("img", { src: source, alt: "" })] : []
}
