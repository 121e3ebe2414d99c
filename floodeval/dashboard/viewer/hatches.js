// Hatches, drawn from the table that Python sends (floodeval/viz/hatches.py defines it).

/** The spacing and the width of hatch lines in a picture of a size, in its pixels. */
export function spacingOf([width, height], table) {
  const spacing = Math.max(table.least_spacing_px, Math.floor(Math.max(width, height) / table.lines_per_side))
  return { spacing, line: Math.max(1, Math.floor(spacing / table.width_divisor)) }
}

/** One period of a hatch, row by row: 1 on its lines, else 0. */
export function hatchTile({ lines, dots }, { spacing, line }) {
  const tile = new Uint8Array(spacing * spacing)
  if (!lines.length) return tile
  const isOn = (x, y) => ([across, down]) => modulo(across * x + down * y, spacing) < line
  for (let y = 0; y < spacing; y++) {
    for (let x = 0; x < spacing; x++) {
      tile[y * spacing + x] = dots ? lines.every(isOn(x, y)) : lines.some(isOn(x, y))
    }
  }
  return tile
}

function modulo(value, divisor) {
  return ((value % divisor) + divisor) % divisor
}
