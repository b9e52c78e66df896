"""Parts of the drawing panel and of My digits."""
