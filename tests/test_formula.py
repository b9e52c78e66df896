"""Formulas in a text are set as formulas: lowered, raised, with fractions, in the color of the text."""

import re

import pytest

from core.text.formula import FormulaError, display_html, formula_html, set_formulas
from core.text.number_text import NO_BREAK_SPACE
from gui.look.markdown import safe_html


@pytest.mark.parametrize(
    ("formula", "html"),
    [
        ("W_1", "<i>W</i><sub>1</sub>"),
        (r"1 - \beta_1^t", "1 − <i>β</i><sub>1</sub><sup><i>t</i></sup>"),
        (r"x_{12}", "<i>x</i><sub>12</sub>"),
        (r"\frac{1}{1 - 0.99} = 100", "1 / (1 − 0.99) = 100"),
        (r"\frac{m}{t}", "<i>m</i> / <i>t</i>"),
        (r"\hat m", "<i>m\u02c6</i>"),
        (r"\hat g", "<i>ĝ</i>"),
        (r"\sqrt{\hat s} + \epsilon", "√<i>ŝ</i> + <i>ε</i>"),
        (r"\sqrt{a + b}", "√(<i>a</i> + <i>b</i>)"),
        (r"\ln p[y]", "ln <i>p</i>[<i>y</i>]"),
        (r"\text{rate} \cdot g", "rate · <i>g</i>"),
        ("a < b", "<i>a</i> &lt; <i>b</i>"),
    ],
)
def test_a_formula_becomes_text_with_raised_and_lowered_parts(formula, html):
    assert formula_html(formula) == html


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        ("{a", "a { has no }"),
        ("a}", "a } has no {"),
        ("a_", "something is missing"),
        ("a^^2", r"a \^ follows another"),
        (r"\wrong", r"\\wrong is not known; these are: \\frac, "),
        (r"\text{a", "a { has no }"),
        ("{" * 30 + "}" * 30, "too often"),
    ],
)
def test_a_formula_that_cannot_be_set_says_why(formula, sentence):
    for set_it in (formula_html, display_html):
        with pytest.raises(FormulaError, match=sentence):
            set_it(formula)


def test_a_fraction_on_a_line_of_its_own_stands_above_itself():
    html = display_html(r"\hat m = \frac{m}{1 - \beta^t}")
    upper, lower = html.split("</tr><tr>")
    assert 'rowspan="2"' in upper
    assert "border-bottom" in upper
    assert "<i>m</i>" in upper
    assert "1 − <i>β</i><sup><i>t</i></sup>".replace(" ", NO_BREAK_SPACE) in lower
    # Qt's own bar is black, in the dark theme too.
    assert re.search(r"border-bottom: 1px solid #[0-9a-f]{6}", upper)


def test_dollars_alone_are_no_formula():
    assert (
        set_formulas(r"It costs \$5, or $x$ of them.", lambda html: f"({html})")
        == "It costs $5, or (<i>x</i>) of them."
    )
    for text in ("a $ b", "It costs $5, or $6 with cheese.", "from 5$ to 6$7", "a $ b $ c"):
        assert set_formulas(text, lambda html: f"({html})") == text


def test_markdown_around_formulas_stays_and_markdown_signs_in_them_are_no_markdown(qtbot):
    html = safe_html("**Now** $a_1 * b_1 * c$ and\n\n$$\\frac{a}{b}$$\n\n*end*")
    assert "font-weight" in html
    assert "<i>a</i><sub>1</sub> · <i>b</i><sub>1</sub> · <i>c</i>" in html
    assert "<table" in html
    assert "font-style:italic" in html
    assert "\ue000" not in html
