r"""Formulas in running text, set as formulas: "$W_1$", "$1 / (1 - \beta^t)$", and with a line of their own "$$...$$".

What a formula may hold is a small part of LaTeX: letters, numbers and signs, ``_`` and ``^`` with one sign or a group
in braces, ``\frac{a}{b}``, ``\sqrt{a}``, ``\hat{m}``, ``\text{in words}``, and the names in `SYMBOLS`. A formula
becomes HTML of text with raised and lowered parts, so that it has the color and size of the text around it, and can be
selected and read aloud. Within a line a fraction is written with a slash; on a line of its own, one part above the
other.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from unicodedata import normalize

from core.text.number_text import NO_BREAK_SPACE

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        **{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ"},
        **{"lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω"},
        **{"Delta": "Δ", "Sigma": "Σ", "sum": "Σ", "prod": "Π", "partial": "∂", "nabla": "∇", "infty": "∞", "ell": "ℓ"},
        **{"cdot": "·", "times": "×", "approx": "≈", "neq": "≠", "leq": "≤", "geq": "≥", "pm": "±", "ldots": "…"},
        **{"leftarrow": "←", "rightarrow": "→", "in": "∈", "quad": "\u2003", "ln": "ln", "log": "log", "exp": "exp"},
        **{"max": "max", "min": "min", "tanh": "tanh"},
    }
)
"""Names of signs, without the backslash."""

_UPRIGHT = frozenset({"ln", "log", "exp", "max", "min", "tanh"})
_ACCENTS = {"hat": ("\u0302", "\u02c6"), "bar": ("\u0304", "\u02c9")}
"""Accents that combine with the letter before them, and such that stand beside it."""

_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<!\\)\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)", re.DOTALL)
"""As in Pandoc: no space within the first or before the last dollar, and no figure after it; so prices are none."""

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}^_]|[0-9]+(?:[.,][0-9]+)*|\s+|.", re.DOTALL)
_ATOM = re.compile(r"[\w.,₀-₉]+(?:<su[bp]>.*?</su[bp]>)*")
_DEEPEST = 20
_BAR = "#888888"
"""Color of the bar of a fraction, to be seen on light and dark: Qt's own is black on both."""


class FormulaError(ValueError):
    """A formula that cannot be set; the text says what is wrong with it."""


def set_formulas(text: str, place: Callable[[str], str]) -> str:
    """Return text in which every formula is replaced by what ``place`` makes of its HTML.

    Raises
    ------
    FormulaError
        If one cannot be set.
    """
    return _FORMULA.sub(
        lambda found: place(display_html(found[1]) if found[1] is not None else formula_html(found[2])), text
    ).replace("\\$", "$")


def formula_html(formula: str) -> str:
    """Return a formula within a line as HTML.

    Raises
    ------
    FormulaError
        If it cannot be set.
    """
    return _Setter(formula).line()


def display_html(formula: str) -> str:
    """Return a formula on a line of its own as HTML: a table of one row, or two where it has fractions.

    Raises
    ------
    FormulaError
        If it cannot be set.
    """
    # It does not break within itself.
    cells = [tuple(part.replace(" ", NO_BREAK_SPACE) for part in cell) for cell in _Setter(formula).cells()]
    rows = 2 if any(len(cell) == 2 for cell in cells) else 1
    upper = "".join(
        f'<td align="center" style="border-bottom: 1px solid {_BAR}; padding: 0 3px">{cell[0]}</td>'
        if len(cell) == 2
        else f'<td rowspan="{rows}" style="vertical-align: middle; padding: 0 1px">{cell[0]}</td>'
        for cell in cells
    )
    lower = "".join(f'<td align="center" style="padding: 0 3px">{cell[1]}</td>' for cell in cells if len(cell) == 2)
    second = f"<tr>{lower}</tr>" if lower else ""
    style = "margin: 4px 0 4px 8px; border-collapse: collapse"
    return f'<table cellspacing="0" style="{style}"><tr>{upper}</tr>{second}</table>'


class _Setter:
    """Reads a formula sign by sign."""

    def __init__(self, formula: str) -> None:
        self._tokens = _TOKEN.findall(formula.strip())
        self._place = 0
        self._depth = 0

    def line(self) -> str:
        html = self._sequence("")
        if self._place < len(self._tokens):
            raise FormulaError("a } has no { before it")
        return html

    def cells(self) -> list[tuple[str, ...]]:
        """Return the parts of the formula side by side: (text,) or (above, below)."""
        cells: list[tuple[str, ...]] = []
        while self._place < len(self._tokens):
            if self._tokens[self._place] == "\\frac":
                self._place += 1
                cells.append((self._group(), self._group()))
                continue
            part = self._sequence("\\frac")
            if self._place < len(self._tokens) and self._tokens[self._place] == "}":
                raise FormulaError("a } has no { before it")
            cells.append((part,))
        return cells or [("",)]

    def _sequence(self, until: str) -> str:
        parts: list[str] = []
        while self._place < len(self._tokens) and self._tokens[self._place] not in ("}", until):
            token = self._tokens[self._place]
            self._place += 1
            if token in ("_", "^"):
                name = "sub" if token == "_" else "sup"
                parts.append(f"<{name}>{self._group()}</{name}>")
            else:
                parts.append(self._one(token))
        return "".join(parts)

    def _group(self) -> str:
        """Return what stands in braces, or the next sign."""
        while self._place < len(self._tokens) and self._tokens[self._place].isspace():
            self._place += 1
        if self._place >= len(self._tokens) or self._tokens[self._place] == "}":
            raise FormulaError("something is missing at its end, or before a }")
        token = self._tokens[self._place]
        self._place += 1
        return self._one(token)

    def _one(self, token: str) -> str:
        if token == "{":
            return self._braces()
        if token in ("_", "^"):
            raise FormulaError(f"a {token} follows another; put what belongs together into braces")
        if token.startswith("\\"):
            return self._named(token[1:])
        if token.isspace():
            return " "
        if token.isalpha() and token.isascii():
            return f"<i>{token}</i>"
        return {"-": "−", "*": "·", "'": "′"}.get(token, escape(token))

    def _braces(self) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise FormulaError("its braces stand in braces too often")
        inside = self._sequence("")
        if self._place >= len(self._tokens):
            raise FormulaError("a { has no } after it")
        self._place += 1
        self._depth -= 1
        return inside

    def _named(self, name: str) -> str:
        if name == "frac":
            above, below = self._group(), self._group()
            return f"{_bracketed(above)} / {_bracketed(below)}"
        if name == "sqrt":
            return f"√{_bracketed(self._group())}"
        if name in _ACCENTS:
            letter = self._group()
            end = letter.rfind("</i>") if letter.endswith("</i>") else len(letter)
            return _with_accent(letter[:end], name) + letter[end:]
        if name == "text":
            return self._words()
        if name in SYMBOLS:
            sign = SYMBOLS[name]
            return f"<i>{sign}</i>" if len(sign) == 1 and sign.isalpha() and name not in _UPRIGHT else sign
        if len(name) == 1 and not name.isalpha():
            return {",": "\u2009", " ": " "}.get(name, escape(name))
        known = ", ".join(f"\\{word}" for word in ("frac", "sqrt", *_ACCENTS, "text", *SYMBOLS))
        raise FormulaError(f"\\{name[:30]} is not known; these are: {known}")

    def _words(self) -> str:
        if self._place >= len(self._tokens) or self._tokens[self._place] != "{":
            raise FormulaError("\\text needs words in braces")
        end = self._place
        while end < len(self._tokens) and self._tokens[end] != "}":
            end += 1
        if end == len(self._tokens):
            raise FormulaError("a { has no } after it")
        words = "".join(self._tokens[self._place + 1 : end])
        self._place = end + 1
        return escape(words)


def _bracketed(part: str) -> str:
    """Return a part of a fraction as it stands beside a slash: in brackets unless it is one sign, name or number."""
    bare = re.sub(r"</?i>|[\u02c6\u02c9]", "", part)
    return part if _ATOM.fullmatch(bare) or len(bare) == 1 else f"({part})"


def _with_accent(letter: str, name: str) -> str:
    """Put an accent onto a letter; beside it where there is no such letter, which many fonts cannot put together."""
    combining, beside = _ACCENTS[name]
    whole = normalize("NFC", letter + combining)
    return letter + beside if whole.endswith(combining) else whole
