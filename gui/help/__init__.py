"""Help: what the present tab shows, the words used here and elsewhere, shortcuts, the documents, the version."""
