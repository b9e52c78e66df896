"""Numbers on screen are short and never claim more than is true."""

import pytest

from gui.look.formatting import number, percent, probability


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.938, "93.8 %"),
        (0, "0 %"),
        (1, "100 %"),
        (0.0004, "< 0.1 %"),
        (0.0005, "0.1 %"),
        (0.99949, "99.9 %"),
        (0.9999, "> 99.9 %"),
        (float("nan"), "–"),
    ],
)
def test_percent(fraction, text):
    assert percent(fraction).replace("\u00a0", " ") == text


@pytest.mark.parametrize(("value", "text"), [(1.0, "> 99.9 %"), (0.0, "< 0.1 %"), (0.5, "50.0 %"), (float("nan"), "–")])
def test_a_probability_is_never_certain(value, text):
    assert probability(value).replace("\u00a0", " ") == text


def test_percent_with_two_decimals():
    assert percent(0.98765, 2).replace("\u00a0", " ") == "98.77 %"
    assert percent(0.99999, 2).replace("\u00a0", " ") == "> 99.99 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.2, "1.20"),
        (-0.01234, "−0.0123"),
        (1234.5, "1,234"),
        (12.345, "12.3"),
        (3.14e-7, "3.14e−7"),
        (-2e12, "−2.00e12"),
        (float("inf"), "–"),
    ],
)
def test_number(value, text):
    assert number(value) == text
