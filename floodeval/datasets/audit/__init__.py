"""What is wrong with a data set, pair by pair, before anything is trained or measured on it."""
