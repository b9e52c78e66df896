"""Hidden layers are read as people write them, and what makes no sense is answered with a sentence."""

import pytest

from core.errors import ConfigError
from core.training.layer_text import parse_layers, write_layers


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("10", (10,)),
        ("128, 64", (128, 64)),
        (" 128 64,", (128, 64)),
        ("128x64×32", (128, 64, 32)),
        ("", ()),
        ("  ", ()),
        ("none", ()),
    ],
)
def test_layers_are_read(text, hidden):
    assert parse_layers(text) == hidden


@pytest.mark.parametrize("hidden", [(), (10,), (128, 64, 32)])
def test_what_is_written_is_read_back(hidden):
    assert parse_layers(write_layers(hidden)) == hidden


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ten", "“ten”"),
        ("10, -3", "“-3”"),
        ("1.5", "“1.5”"),
        ("²", "“²”"),
        ("0", "from 1 to 4,096"),
        ("5000", "5000"),
        ("1,1,1,1,1,1,1,1,1", "9 hidden layers are too many"),
    ],
)
def test_what_makes_no_sense_is_named(text, words):
    with pytest.raises(ConfigError, match=r"\.$") as caught:
        parse_layers(text)
    assert words in str(caught.value)
