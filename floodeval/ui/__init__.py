"""The only streamlit code outside dashboard.py and pages/."""
