"""What a person sees in the terminal: progress with rate and time left, and tables."""
