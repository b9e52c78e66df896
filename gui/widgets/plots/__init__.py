"""Parts of the plots."""
