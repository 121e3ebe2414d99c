// What the user chose in the viewer: it stays from image to image while the browser's tab is open.

const KEY = "floodeval-compare"

/** The last choice; empty where there is none. */
export function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) || {}
  } catch {
    return {}
  }
}

/** Keep a choice. */
export function remember(choice) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(choice))
  } catch {
    // a browser that stores nothing
  }
}
