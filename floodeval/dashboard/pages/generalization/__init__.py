"""The page Generalization: gain in domain against loss elsewhere."""
