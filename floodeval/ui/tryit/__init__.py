"""The page Try it: marks on a photograph, and what each variant answers."""
