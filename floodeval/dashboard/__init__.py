"""The dashboard: what Streamlit's pages are made of."""
