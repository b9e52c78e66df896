"""What the program saves besides data: models, recipes, metrics, runs, sessions, projects; each whole or not at all."""
