"""Formulas on their way through Markdown, whose signs they use for something else."""

import re

from core.text.formula import FormulaError, set_formulas

_FIRST, _LAST = "\ue000", "\ue001"
"""Signs that no text holds stand around the numbers of formulas while Markdown is read."""

_ALONE = re.compile(rf"<p\b[^>]*>\s*{_FIRST}(\d+){_LAST}\s*</p>")
_WITHIN = re.compile(rf"{_FIRST}(\d+){_LAST}")


def hide_formulas(text: str) -> tuple[str, list[str]]:
    """Return a text with a sign in the place of each formula, and the formulas as HTML.

    Where one cannot be set, all stay as they were written.
    """
    formulas: list[str] = []

    def hide(html: str) -> str:
        formulas.append(html)
        return f"{_FIRST}{len(formulas) - 1}{_LAST}"

    text = text.replace(_FIRST, "").replace(_LAST, "")
    try:
        return set_formulas(text, hide), formulas
    except FormulaError:
        return text, []


def show_formulas(html: str, formulas: list[str]) -> str:
    """Put formulas back into what has become of the text; one that is alone in its paragraph takes its place."""
    html = _ALONE.sub(lambda match: formulas[int(match[1])], html)
    return _WITHIN.sub(lambda match: formulas[int(match[1])], html)
