"""The page Report: which cases, their notes, a preview, and the files to download."""
