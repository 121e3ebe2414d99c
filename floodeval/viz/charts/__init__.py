"""Interactive charts (Plotly)."""
