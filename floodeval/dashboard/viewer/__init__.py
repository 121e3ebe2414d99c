"""The image viewer of the pages Compare and Try it."""
