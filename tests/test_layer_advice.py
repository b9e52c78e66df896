"""What is advised where a kernel or a square is too large helps when it is done."""

import re
from dataclasses import replace

import numpy as np

from core.errors import ConfigError
from core.network.convolution import Convolution
from core.network.dense import Dense
from core.network.layers import layered, parse_layers
from core.network.pooling import MaxPooling

TOO_LARGE = re.compile(r"Layer (\d+), .* is too large: what comes in has \d+ x \d+ numbers; (.*) before it\.")


def sentence_of(layers):
    try:
        layered(layers)
    except ConfigError as error:
        return str(error)
    return ""


def random_layers(rng):
    parts = []
    for largest in (*[8] * rng.integers(1, 4), 28):
        side = int(rng.integers(2, largest + 1))
        same = " same" * int(side % 2 and rng.random() < 0.2)
        parts.append(f"pool {side}" if rng.random() < 0.4 else f"conv 1 {side}x{side}{same}")
    return parse_layers(", ".join([*parts, "10"]))


def without_poolings(layers):
    return tuple(layer for layer in layers if not isinstance(layer, MaxPooling))


def with_smallest_kernels(layers):
    return tuple(replace(layer, side=1) if isinstance(layer, Convolution) else layer for layer in layers)


def followed(before, layer, advice):
    """Some layers and one behind them, after doing what is advised of that one."""
    if advice == "leave it out":
        return before
    if found := re.fullmatch(r"take a (?:kernel|square) of at most (\d+)", advice):
        return *before, replace(layer, side=int(found[1]))
    for way, change in (("pool less", without_poolings), ("take smaller kernels", with_smallest_kernels)):
        if way in advice:
            before = change(before)
    return *before, layer


def test_each_way_that_is_advised_makes_the_layer_fit():
    rng, tried = np.random.default_rng(1), set()
    for _ in range(600):
        layers = random_layers(rng)
        found = TOO_LARGE.fullmatch(sentence_of(layers))
        if found is None:
            continue
        place = int(found[1]) - 1
        for way in re.split(r",? or ", found[2]):
            changed = followed(layers[:place], layers[place], way)
            assert changed != layers[: place + 1], (layers, way)
            assert not sentence_of((*changed, Dense(10))), (layers, way)
            tried.add(re.sub(r"\d+", "N", way))
    assert {"pool less", "take smaller kernels", "pool less and take smaller kernels"} <= tried


def test_pooling_less_is_not_advised_where_nothing_is_pooled():
    assert sentence_of(parse_layers("conv 1 25x25, conv 1 9x9, 10")).endswith(
        "what comes in has 4 x 4 numbers; take a kernel of at most 4, or take smaller kernels before it."
    )
