"""One update taken apart: its stages, the terms of every number, and the words for them."""
