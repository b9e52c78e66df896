"""What the program writes and reads besides data: models, recipes, metrics; whole or not at all."""
