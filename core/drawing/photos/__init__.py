"""From a photo of a sheet to the ink of one digit."""
