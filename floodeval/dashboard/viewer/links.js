// A link to what the viewer shows: read when it is opened, and copied.

import { parsedView, viewText } from "./view.js"

/** Show what the text of a link asks for; a text that is no view changes nothing. */
export function applyView(viewer, text) {
  const parsed = parsedView(text)
  if (!parsed) return
  const { set, layers, view, opacity, split } = parsed
  const slots = layers.map((place) => viewer.data.layers[place]?.key)
  Object.assign(viewer.choice, { set, opacity, split, slots: slots.every(Boolean) ? slots : null })
  viewer.view = view
}

/** Copy the link and say so; where the browser forbids it, the link itself is shown. */
export async function copyLink(viewer) {
  const { data, set, view, choice } = viewer
  const layers = viewer.slots.map((key) => data.layers.findIndex((layer) => layer.key === key))
  const link = new URL(window.location.href)
  link.searchParams.set("id", data.id)
  link.searchParams.set("view", viewText({ ...choice, set: set.key, layers, view }))
  try {
    await navigator.clipboard.writeText(link.href)
    viewer.speak(data.words.copied)
  } catch {
    viewer.speak(link.href)
  }
}
