"""The image viewer of the pages Compare and Try it: a photograph with masks, drawn in the browser."""
