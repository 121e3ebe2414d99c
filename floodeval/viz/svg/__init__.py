"""Static charts (SVG), for reports and the home page."""
