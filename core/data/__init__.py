"""Labeled images: where they come from and what they mean."""
