"""Networks in words: what is read, how it is written back, and what is said of what does not fit."""

import pytest

from core.errors import ConfigError
from core.network.activations import ACTIVATIONS
from core.network.batch_norm import BatchNorm
from core.network.convolution import Convolution
from core.network.dense import Dense
from core.network.dropout import Dropout
from core.network.flatten import Flatten, Unflatten
from core.network.fully_connected import fully_connected
from core.network.layers import layered, layers_of, parse_layers, write_layers
from core.network.pooling import MaxPooling
from core.training.config import TrainingConfig
from core.training.setting_words import describe_settings, describe_value

CONVOLUTION = "conv 8 5x5, pool 2, conv 16 5x5, pool 2, 10"
LENET = "conv 6 5x5 same, pool 2, conv 16 5x5, pool 2, 120, 84, 10"
RELU = ACTIVATIONS["relu"]


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("conv 8 5x5, pool 2, 10", (Convolution(8, 5), MaxPooling(2), Dense(10))),
        (" Conv 8  5×5 same,MaxPool 3x3 , 10 units", (Convolution(8, 5, same=True), MaxPooling(3), Dense(10))),
        ("conv8 5x5, pool2, 10", (Convolution(8, 5), MaxPooling(2), Dense(10))),
        ("dropout 0.33333333333, 10", (Dropout(0.333333333), Dense(10))),
        ("convolution 4 3, max pooling 2 x 2, dense 10", (Convolution(4, 3), MaxPooling(2), Dense(10))),
        (
            "dropout .5, batch norm, norm, batchnorm, 10",
            (Dropout(0.5), BatchNorm(), BatchNorm(), BatchNorm(), Dense(10)),
        ),
    ],
)
def test_layers_are_read_as_people_write_them(text, layers):
    assert parse_layers(text) == layers
    assert parse_layers(write_layers(layers)) == layers


def test_activations_and_changes_of_shape_go_without_saying():
    layout = layered(parse_layers("conv 8 5x5, norm, pool 2, dropout 0.5, 32, norm, 10"))
    assert layout.operations == (
        Unflatten((1, 28, 28)),
        Convolution(8, 5),
        BatchNorm(),
        MaxPooling(2),
        RELU,
        Dropout(0.5),
        Flatten(),
        Dense(32),
        BatchNorm(),
        RELU,
        Dense(10),
    )
    assert layout.shapes[1:7] == ((1, 28, 28), (8, 24, 24), (8, 24, 24), (8, 12, 12), (8, 12, 12), (8, 12, 12))
    names = [place.name for place in layout.places]
    norm = "scale{0} shift{0} mean{0} variance{0}"
    assert names == f"W1 b1 {norm.format(1)} W2 b2 {norm.format(2)} W3 b3".split()
    assert layout.layer_sizes == (784, 8, 32, 10)
    assert write_layers(layers_of(layout)) == "conv 8 5x5, norm, pool 2, dropout 0.5, 32, norm, 10"


@pytest.mark.parametrize(("text", "parameters"), [(CONVOLUTION, 5994), (LENET, 61706), ("32, dropout 0.5, 10", 25450)])
def test_parameters_are_counted(text, parameters):
    assert TrainingConfig(layers=text).layout.size == parameters


def test_dense_layers_alone_are_hidden_layers():
    config = TrainingConfig(layers="32, 16, 10")
    assert config == TrainingConfig(hidden=(32, 16))
    assert layered(parse_layers("32, 16, 10")) == fully_connected((784, 32, 16, 10))
    assert "layers" not in config.to_dict()
    assert TrainingConfig(layers="10") == TrainingConfig(hidden=())


def test_a_config_has_one_network():
    config = TrainingConfig(layers=CONVOLUTION.upper())
    assert (config.layers, config.hidden) == (CONVOLUTION, ())
    assert TrainingConfig.from_dict(config.to_dict()) == config
    assert config.with_changes(hidden=(32,)) == TrainingConfig(hidden=(32,))
    assert TrainingConfig(hidden=(32,)).with_changes(layers=CONVOLUTION) == config
    assert config.with_network(TrainingConfig(hidden=(32,), activation="tanh").layout).activation == "tanh"
    assert TrainingConfig().with_network(config.layout) == config
    assert TrainingConfig().with_changes(hidden=(32,), layers="32, 10") == TrainingConfig(hidden=(32,))
    for change in (TrainingConfig().with_changes, lambda **values: TrainingConfig.from_dict(values)):
        with pytest.raises(ConfigError, match="are two different networks; give only one of them"):
            change(hidden=(32,), layers=CONVOLUTION)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" ", "The list of layers is empty; write one such as"),
        ("conv 8 5x5,, 10", "A layer is missing; expected “conv 8 5x5”"),
        ("conv, 10", "“conv” is no layer; expected “conv 8 5x5”"),
        ("conv 8 -5x5, 10", "“conv 8 -5x5” is not square"),
        ("conv -8 5x5, 10", "“conv -8 5x5” has -8 filters; expected 1 to 512."),
        ("conv 8 5x5 pool 2, 10", "or a number of units, and a comma between layers."),
        ("-5, 10", "A layer of -5 units makes no sense; expected 1 to 4,096."),
        (
            "conv 8 5x5, 1000000000, 10",
            "“1000000000” names a number that is far too large; expected at most 4,096 units",
        ),
        ("dropout -0.5, 10", "“dropout -0.5” makes no sense; expected a share from 0 to below 1"),
        ("conv 8 5x3, 10", "“conv 8 5x3” is not square; write as many rows as columns, such as 5x5."),
        ("conv 0 5x5, 10", "“conv 0 5x5” has 0 filters; expected 1 to 512."),
        ("conv 513 5x5, 10", "has 513 filters"),
        ("conv 8 0x0, 10", "has kernels with sides of 0; expected 1 to 28."),
        ("conv 8 4x4 same, 10", "has an even side; with “same” it has to be odd"),
        ("pool 1, 10", "“pool 1” has squares with sides of 1; expected 2 to 28."),
        ("dropout 1, 10", "“dropout 1” makes no sense; expected a share from 0 to below 1"),
        ("dropout, 10", "“dropout” is no layer"),
        ("dropout 999999999, 10", "makes no sense; expected a share"),
        ("dropout 0.99999999999, 10", "makes no sense; expected a share"),
        ("0, 10", "A layer of 0 units makes no sense; expected 1 to 4,096."),
        ("999999999, 10", "A layer of 999,999,999 units"),
        ("9" * 500 + ", 10", "names a number that is far too large"),
        ("conv 8 5x5", "The last layer is “conv 8 5x5”; it has to be 10, one unit for each digit. Write “, 10” at"),
        ("conv 8 5x5, 32", "The last layer is “32”"),
        ("32, conv 8 5x5, 10", "Layer 2, “conv 8 5x5”, needs maps with rows and columns, and gets 32 numbers in a row"),
        (
            "pool 5, conv 8 9x9, 10",
            "Layer 2, “conv 8 9x9”, is too large: what comes in has 5 x 5 numbers; take a kernel",
        ),
        ("pool 14, pool 3, 10", "Layer 2, “pool 3”, is too large: what comes in has 2 x 2 numbers; take a square of"),
        ("pool 28, pool 2, 10", "what comes in has 1 x 1 numbers; leave it out, or pool less before it."),
        ("conv 2 3x3, norm, pool 2, norm, 10", "Layer 4, “norm”, is the second norm of the same layer; leave one out."),
        ("norm, " * 40 + "10", "41 layers are too many; at most 32 are possible."),
        ("x" * 2000, "The list of layers has 2,000 letters; expected at most 1,000."),
        ("conv 512 1x1, 4096, 10", "This network has 1,644,213,258 parameters; at most 150,000,000 are possible."),
        ("conv 512 5x5 same, conv 512 15x15 same, pool 28, 10", "MB for each image; at most 32 MB are possible."),
    ],
)
def test_what_does_not_fit_is_told_in_one_sentence(text, sentence):
    with pytest.raises(ConfigError) as caught:
        TrainingConfig(layers=text or " ")
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 250


def test_hidden_layers_keep_their_limit():
    with pytest.raises(ConfigError, match="9 hidden layers are too many"):
        TrainingConfig(layers="5, " * 9 + "10")


def test_a_recipe_says_its_layers():
    words = describe_settings(TrainingConfig(layers=CONVOLUTION, activation="tanh"))
    assert words["hidden"] == f"{CONVOLUTION} with tanh"
    assert "layers" not in words
    assert describe_value("layers", CONVOLUTION) == CONVOLUTION
