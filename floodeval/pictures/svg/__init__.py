"""Charts as vector pictures, for reports: they need no script, print sharply and hold their own words."""
