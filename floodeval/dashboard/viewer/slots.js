// Which layer each place shows: the large panes come first, the thumbnails follow.

/**
 * The keys of the layers that the places show.
 *
 * `chosen` are those that the user chose, of the panes or of all places, or null. A set with other numbers of places
 * shows its own layers, and so does each place whose layer this photograph lacks. No layer is shown twice.
 */
export function slotsOf({ panes, thumbnails }, chosen, known) {
  const own = [...panes, ...thumbnails]
  if (!Array.isArray(chosen) || ![panes.length, own.length].includes(chosen.length)) return own
  return chosen.reduce((slots, key, place) => (known.includes(key) ? withLayer(slots, place, key) : slots), own)
}

/** The places after two of them exchanged their layers. */
export function exchanged(slots, one, other) {
  return slots.map((key, at) => (at === one ? slots[other] : at === other ? slots[one] : key))
}

/** The places after one of them got a layer; where another showed it, that one gets the replaced layer. */
export function withLayer(slots, place, key) {
  const from = slots.indexOf(key)
  return from < 0 ? slots.map((old, at) => (at === place ? key : old)) : exchanged(slots, from, place)
}

/** The large pane that a thumbnail is swapped with: the active one, or with `other` the one after it. */
export function targetOf({ panes, split }, active, other) {
  const n = split ? 1 : panes.length
  return (Math.min(Math.max(0, active), n - 1) + (other ? 1 : 0)) % n
}
