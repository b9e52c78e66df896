"""The page of a unit: its weights, the images that excite it, its story, its dream, and what changes by hand did."""
