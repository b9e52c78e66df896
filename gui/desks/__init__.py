"""Desks: each leads one kind of thing between the session, the files and the panels that show it."""
