"""Fine-tuning: recipes, augmentation, losses, the training loop and its history."""
