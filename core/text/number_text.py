"""How numbers are written for people: alike everywhere, and as short as they can be without misleading."""

from math import floor, isfinite, log10

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
_MOST_DIGITS = 10
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def percent(fraction: float, decimals: int = 1) -> str:
    """Write a fraction as per cent: 0.938 as "93.8 %".

    What is not quite all or nothing is never written as 100 or 0: 0.9999 becomes "> 99.9 %".
    """
    if not isfinite(fraction):
        return "–"
    step = 10.0**-decimals
    value = 100 * fraction
    if 0 < value < step / 2:
        text = f"< {step:.{decimals}f}"
    elif 100 - step / 2 <= value < 100:
        text = f"> {100 - step:.{decimals}f}"
    elif value in (0, 100):
        text = f"{value:.0f}"
    else:
        text = f"{value:.{decimals}f}"
    return f"{text} %".replace(" ", NO_BREAK_SPACE)


def probability(value: float, decimals: int = 1) -> str:
    """Write a probability that a network gives as per cent: never 0 or 100 %, which only rounding makes of it."""
    return percent(min(max(value, 1e-12), 1 - 1e-12), decimals)


def whole(value: int) -> str:
    """Write a whole number, with a minus that is one."""
    return str(value).replace("-", MINUS)


def counted(count: int, noun: str) -> str:
    """Write a number of things: "1 image", "64 images"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def number(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits and a true minus sign: "−0.0123", "1.20", "3.1e−7"."""
    if not isfinite(value):
        return "–"
    if value == 0:
        return "0"
    exponent = floor(log10(abs(value)))
    plain = -4 <= exponent < 7
    text = f"{value:,.{max(0, digits - 1 - exponent)}f}" if plain else _with_power(value, digits)
    return text.replace("-", MINUS)


def numbers_apart(one: float, other: float, digits: int = 3) -> tuple[str, str]:
    """Write two numbers with as many digits as it takes to see that they differ."""
    while one != other and digits < _MOST_DIGITS and number(one, digits) == number(other, digits):
        digits += 1
    return number(one, digits), number(other, digits)


def superscript(count: int) -> str:
    """Write a whole number as an exponent: "²", "¹²³"."""
    return str(count).translate(_SUPERSCRIPTS)


def _with_power(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"
