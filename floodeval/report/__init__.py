"""Findings and chosen cases -> HTML, PDF, Markdown, CSV, COCO."""
