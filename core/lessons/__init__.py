"""Lessons: files that lead through experiments, and the bugs that one of them is about."""
