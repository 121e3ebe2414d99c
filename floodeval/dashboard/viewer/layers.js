// Masks, and the layers that are made from them: each pixel gets the color of its class, hatched.

import { hatchTile, spacingOf } from "./hatches.js"

const MOST_TINTS = 8 // kept as drawn

/** The masks of a picture, one byte per pixel with one bit per mask, from deflated base64. */
export async function unpacked(base64) {
  const packed = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** The class of every pixel: 0 for none, else the position of its style counted from 1. */
export function classesOf(bits, classes) {
  const table = new Uint8Array(256)
  table.set(classes)
  return bits.map((value) => table[value])
}

/** A layer's colors for every pixel, as RGBA in the order of the screen's bytes; 0 is transparent. */
export function tinted(bits, [width, height], { styles, classes }, hatches) {
  const pixels = new Uint32Array(width * height)
  const scale = spacingOf([width, height], hatches)
  const { spacing } = scale
  const pens = styles.map(({ color, hatch }) => ({
    plain: packedColor(color, 1),
    dark: packedColor(color, hatches.shade),
    tile: hatchTile(hatches.patterns[hatch], scale),
  }))
  const found = classesOf(bits, classes)
  for (let y = 0, at = 0; y < height; y++) {
    const row = (y % spacing) * spacing
    for (let x = 0; x < width; x++, at++) {
      const pen = pens[found[at] - 1]
      if (pen) pixels[at] = pen.tile[row + (x % spacing)] ? pen.dark : pen.plain
    }
  }
  return pixels
}

/** Red, green and blue of #RRGGBB times a share, opaque, as one number in the order of the screen's bytes. */
export function packedColor(color, share) {
  const [red, green, blue] = [1, 3, 5].map((at) => Math.floor(parseInt(color.slice(at, at + 2), 16) * share))
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
}

/** Tinted layers as canvases; the least recently used are dropped. */
export class Tints {
  constructor(bits, size, hatches) {
    Object.assign(this, { bits, size, hatches, kept: new Map() })
  }

  of(layer) {
    const key = JSON.stringify([layer.styles, layer.classes])
    const canvas = this.kept.get(key) ?? this.draw(layer)
    this.kept.delete(key)
    this.kept.set(key, canvas) // the last is the one used last
    if (this.kept.size > MOST_TINTS) this.kept.delete(this.kept.keys().next().value)
    return canvas
  }

  draw(layer) {
    const [width, height] = this.size
    const canvas = Object.assign(document.createElement("canvas"), { width, height })
    const pixels = tinted(this.bits, this.size, layer, this.hatches)
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height)
    canvas.getContext("2d").putImageData(image, 0, 0)
    return canvas
  }
}
