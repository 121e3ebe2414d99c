"""The Streamlit code; nothing outside this package, `dashboard.py` and `pages/` imports Streamlit."""
