"""How numbers and terms are written for people, on screen and in files."""
