"""floodeval: is the fine-tuned SAM really better at mapping floods, where, by how much, at what cost?"""

__version__ = "0.1.0"
