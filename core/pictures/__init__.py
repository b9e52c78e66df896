"""Pictures from elsewhere: reading any file, and telling ink from paper in it."""
