"""Findings with their pictures, as one file that needs no network."""
