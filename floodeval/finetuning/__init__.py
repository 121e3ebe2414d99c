"""The training of a mask decoder: losses, the loop, its history."""
