"""An answer is given alone only where its probability says something."""

import numpy as np
import pytest

from core.explanation.answer import SURE_FROM, read_answer


def test_a_likely_digit_stands_alone():
    probabilities = np.full(10, 0.01, np.float32)
    probabilities[7], probabilities[2] = 0.85, 0.07
    answer = read_answer(probabilities)
    assert (answer.digit, answer.rival) == (7, 2)
    assert answer.probability == pytest.approx(0.85)
    assert answer.rival_probability == pytest.approx(0.07)
    assert answer.is_sure


def test_of_equal_probabilities_the_lowest_digit_is_the_answer():
    """The bars and the lessons take it for the answer too."""
    answer = read_answer(np.full(10, 0.1, np.float32))
    assert (answer.digit, answer.rival) == (0, 1)


def test_two_candidates_where_the_likeliest_says_little():
    probabilities = np.zeros(10, np.float32)
    probabilities[[4, 9]] = 0.52, 0.48
    answer = read_answer(probabilities)
    assert (answer.digit, answer.rival) == (4, 9)
    assert not answer.is_sure
    assert answer.probability < SURE_FROM
