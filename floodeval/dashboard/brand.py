"""floodeval's mark: water over a horizon. Drawn here, so that no page asks another machine for it."""

_WAVES = (
    '<path d="M4 17q4-4 8 0t8 0 8 0" fill="none" stroke="#1C7FAE" stroke-width="3.4" stroke-linecap="round"/>'
    '<path d="M4 25q4-4 8 0t8 0 8 0" fill="none" stroke="#56B4E9" stroke-width="3.4" stroke-linecap="round"/>'
    '<path d="M8 11 16 4l8 7" fill="none" stroke="#E69F00" stroke-width="3.4" stroke-linecap="round" '
    'stroke-linejoin="round"/>'
)
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="32" viewBox="0 0 {width} 32">'
    "{content}</svg>"
)

ICON = _SVG.format(width=32, content=_WAVES)
LOGO = _SVG.format(
    width=150,
    content=_WAVES + '<text x="40" y="23" font-family="Segoe UI, Helvetica, Arial, sans-serif" '
    'font-size="22" font-weight="600" fill="#1C7FAE" textLength="108" '
    'lengthAdjust="spacingAndGlyphs">floodeval</text>',  # whatever font a machine has, it fits
)
