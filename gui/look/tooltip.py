"""Tooltips that wrap: Qt breaks the lines of rich text alone."""

from html import escape


def paragraphs(*texts: str) -> str:
    """Return plain texts as the paragraphs of one tooltip; empty ones are left out."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts if text)
