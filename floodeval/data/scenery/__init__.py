"""What a drawn flood is made of: the view over it, terrain, water, houses, trees."""
