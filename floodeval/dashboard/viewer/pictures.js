// Photographs, decoded once and kept while the browser's tab is open, so that they need not be sent again.

const KEPT = 4

const pictures = new Map() // by the photograph's id, the one used last at the end

/** Whether a photograph is kept. */
export const isKept = (id) => pictures.has(id)

/**
 * A photograph as {url, image, outline}.
 *
 * Null where a page has none; undefined where it was sent before and is not kept: it must be sent again.
 */
export async function pictureOf(photograph) {
  if (!photograph) return null
  const { id, url, outline } = photograph
  const kept = pictures.get(id)
  const picture = url === null || kept?.url === url ? kept : { url, image: await decoded(url), outline }
  if (picture) keep(id, picture)
  return picture
}

function keep(id, picture) {
  pictures.delete(id)
  pictures.set(id, picture)
  if (pictures.size > KEPT) pictures.delete(pictures.keys().next().value)
}

async function decoded(url) {
  const image = new Image()
  image.src = url
  await image.decode()
  return image
}
