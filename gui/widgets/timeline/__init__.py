"""Parts of the timeline."""
