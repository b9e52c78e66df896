"""How numbers and layers are written for people, on screen and in files."""
