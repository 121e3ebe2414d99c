"""Fine-tuning: augmentation, losses, the loop, its history."""
