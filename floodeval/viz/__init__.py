"""Masks -> pictures; tables -> charts; findings in words."""
