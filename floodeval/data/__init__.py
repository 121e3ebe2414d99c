"""A data set on disk: samples, scenes, splits; and drawn flood scenes."""
