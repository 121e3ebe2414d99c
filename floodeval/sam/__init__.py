"""Models: registry, weights, checkpoints, architecture, prompts, inference."""
