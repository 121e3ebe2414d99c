"""The page Jobs: start evaluations and trainings, and follow them."""
