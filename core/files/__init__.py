"""What the program writes and reads besides data: models, recipes, figures; whole or not at all."""
