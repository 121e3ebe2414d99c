"""The models: registry, weights, image encoder, mask decoder, prompts, checkpoints."""
