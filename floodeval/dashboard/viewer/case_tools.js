// The tools of the page Compare: previous and next, the photograph's facts, mark, picture, link and list of keys.

import { element } from "./elements.js"
import { drawn, fileName, saved } from "./export.js"
import { copyLink } from "./links.js"

const ICONS = {
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  mark: "M6 21V4h12l-3 4 3 4H6",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 6 6l1.5-1.5",
  png: "M12 4v11M7 11l5 5 5-5M5 20h14",
}

/** The tools of a viewer; `show` gives them what the message says of the photograph. */
export class CaseTools {
  constructor(viewer) {
    this.viewer = viewer
    const { words } = viewer.data
    this.previous = this.icon("previous", words.previous_image, () => this.step("previous"))
    this.next = this.icon("next", words.next_image, () => this.step("next"))
    this.position = element("span", { className: "position" })
    this.facts = element("span", { className: "facts" })
    const steps = element("span", { className: "steps" }, this.previous, this.position, this.next)
    this.where = element("div", { className: "where" }, steps, this.facts)
    this.mark = this.icon("mark", "", () => this.askMark(), "M")
    this.help = element("button", { type: "button", textContent: "?", onclick: () => this.toggleKeys() })
    named(this.help, words.keyboard, "?")
    this.actions = element(
      "div",
      { className: "actions" },
      this.mark,
      this.icon("png", words.png, () => this.savePicture(), "P"),
      this.icon("link", words.link, () => copyLink(viewer)),
      this.help,
    )
    this.keys = viewer.root.querySelector(".keyboard")
    this.keys.replaceChildren(...keyList(words))
    this.showKeys(false)
  }

  show() {
    const { toolbar } = this.viewer.data
    this.previous.disabled = !toolbar.previous
    this.next.disabled = !toolbar.next
    this.position.textContent = toolbar.position
    this.facts.replaceChildren(...toolbar.facts.map((text) => element("span", { textContent: text })))
    this.facts.title = toolbar.facts.join(" · ")
    this.mark.hidden = toolbar.mark === null
    if (toolbar.mark) named(this.mark, toolbar.mark, "M")
  }

  /** Do what a key asks for; returns whether it was done. */
  answer({ swap, other, mark, png, keyboard }) {
    const { thumbnails, data } = this.viewer
    if (thumbnails[swap]) this.viewer.swap(thumbnails[swap].place, other)
    else if (png) this.savePicture()
    else if (keyboard) this.toggleKeys()
    else if (mark && data.toolbar.mark) this.askMark()
    else return false
    return true
  }

  /** Ask the server for the previous or next photograph. */
  step(direction) {
    this.viewer.trigger("step", direction)
  }

  /** Ask the server for the form that marks the photograph. */
  askMark() {
    this.viewer.trigger("mark", true)
  }

  async savePicture() {
    const { viewer } = this
    viewer.paint("high")
    await saved(drawn(viewer), fileName(viewer.data.id, viewer.set.key))
    viewer.speak(viewer.data.words.saved)
  }

  toggleKeys() {
    this.showKeys(this.keys.hidden)
  }

  showKeys(shown) {
    this.keys.hidden = !shown
    this.help.setAttribute("aria-expanded", shown)
  }

  icon(kind, name, onclick, key = "") {
    const button = element("button", { type: "button", className: `icon ${kind}`, onclick }, drawing(ICONS[kind]))
    named(button, name, key)
    return button
  }
}

function named(button, name, key) {
  button.title = key && key !== "?" ? `${name} (${key})` : name
  button.setAttribute("aria-label", name)
  if (key) button.setAttribute("aria-keyshortcuts", key)
}

function drawing(path) {
  const icon = element("span", { className: "drawing", "aria-hidden": "true" })
  icon.innerHTML = `<svg viewBox="0 0 24 24"><path d="${path}"></path></svg>`
  return icon
}

function keyList(words) {
  const rows = [
    ["1 2 3 4", words.key_swap],
    ["⇧ 1 2 3 4", words.key_swap_other],
    ["← →", words.key_step],
    ["+ − 0", words.key_zoom],
    ["M", words.key_mark],
    ["P", words.png],
    ["?", words.keyboard],
  ]
  return rows.flatMap(([key, text]) => [element("dt", { textContent: key }), element("dd", { textContent: text })])
}
