"""Masks -> overlays; tables -> plotly figures."""
