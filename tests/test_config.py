"""Settings are checked when they are made, and each mistake gets a sentence that says what was expected."""

import json
from dataclasses import FrozenInstanceError, fields

import pytest

from core.errors import ConfigError
from core.network.activations import ACTIVATIONS
from core.training.config import LIVE_KNOBS, TrainingConfig
from core.training.optimizers import OPTIMIZERS


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"hidden": (0,)}, "a hidden layer's number of units is 0; expected a whole number from 1 to 4,096."),
        ({"hidden": (10, 5000)}, "a hidden layer's number of units is 5000; expected a whole number from 1 to 4,096."),
        ({"hidden": (10.0,)}, "a hidden layer's number of units is 10.0; expected a whole number from 1 to 4,096."),
        ({"hidden": (True,)}, "a hidden layer's number of units is True; expected a whole number from 1 to 4,096."),
        ({"hidden": (5,) * 9}, "9 hidden layers are too many; at most 8 are possible."),
        ({"hidden": 10}, "hidden is 10; expected a list of numbers of units, such as [128, 64]."),
        ({"hidden": "10"}, "hidden is '10'; expected a list of numbers of units, such as [128, 64]."),
        ({"activation": "gelu"}, f"activation is 'gelu'; choose one of {', '.join(ACTIVATIONS)}."),
        ({"activation": ["relu"]}, f"activation is ['relu']; choose one of {', '.join(ACTIVATIONS)}."),
        ({"initialization": ""}, "initialization is ''; choose one of auto, he, xavier, zeros."),
        ({"optimizer": "SGD"}, f"optimizer is 'SGD'; choose one of {', '.join(OPTIMIZERS)}."),
        ({"schedule": None}, "schedule is None; choose one of constant, step, cosine."),
        (
            {"augmentation": "flip"},
            "augmentation is 'flip'; choose one of none, shift, distort, mix, fooled-8, fooled-16, fooled-32.",
        ),
        ({"learning_rate": 0}, "the learning rate is 0; expected a number above 0 and at most 1e+06."),
        ({"learning_rate": -0.1}, "the learning rate is -0.1; expected a number above 0 and at most 1e+06."),
        ({"learning_rate": float("nan")}, "the learning rate is nan; expected a number above 0 and at most 1e+06."),
        ({"learning_rate": float("inf")}, "the learning rate is inf; expected a number above 0 and at most 1e+06."),
        ({"learning_rate": "0.1"}, "the learning rate is '0.1'; expected a number above 0 and at most 1e+06."),
        ({"learning_rate": True}, "the learning rate is True; expected a number above 0 and at most 1e+06."),
        ({"momentum": 1}, "momentum is 1; expected a number from 0 to 0.9999."),
        ({"momentum": -0.1}, "momentum is -0.1; expected a number from 0 to 0.9999."),
        ({"weight_decay": -1e-9}, "weight decay is -1e-09; expected a number from 0 to 1000."),
        ({"batch_size": 0}, "the batch size is 0; expected a whole number from 1 to 10,000,000."),
        ({"batch_size": 64.0}, "the batch size is 64.0; expected a whole number from 1 to 10,000,000."),
        ({"epochs": 0}, "the number of epochs is 0; expected a whole number from 1 to 100,000."),
        ({"epochs": None}, "the number of epochs is None; expected a whole number from 1 to 100,000."),
        ({"updates": 0}, "the number of updates is 0; expected a whole number from 1 to 100,000,000."),
        ({"seed": -1}, "the seed is -1; expected a whole number from 0 to 4,294,967,295."),
        ({"seed": 2**32}, "the seed is 4294967296; expected a whole number from 0 to 4,294,967,295."),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(settings, sentence):
    with pytest.raises(ConfigError) as refused:
        TrainingConfig(**settings)
    assert str(refused.value) == sentence
    with pytest.raises(ConfigError):
        TrainingConfig().with_changes(**settings)


def test_a_number_too_large_for_a_float_is_refused_and_not_an_accident():
    with pytest.raises(ConfigError, match=r"^the learning rate is 10{59}…; expected a number above 0"):
        TrainingConfig(learning_rate=10**400)


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": ()},
        {"hidden": [128, 64]},
        {"hidden": (1,) * 8},
        {"learning_rate": 1000},
        {"learning_rate": 1e-12},
        {"momentum": 0},
        {"batch_size": None},
        {"batch_size": 1},
        {"updates": 1, "epochs": 1},
        {"seed": 2**32 - 1},
    ],
)
def test_the_limits_themselves_are_allowed(settings):
    config = TrainingConfig(**settings)
    assert all(
        getattr(config, name) == (tuple(value) if name == "hidden" else value) for name, value in settings.items()
    )


def test_settings_survive_json():
    config = TrainingConfig(hidden=(128, 64), activation="tanh", batch_size=None, updates=500, weight_decay=1e-4)
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_what_is_missing_has_its_usual_value():
    assert TrainingConfig.from_dict({"epochs": 3}) == TrainingConfig(epochs=3)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"epochs": 3, "dropout": 0.5}, "the settings hold 'dropout', which this version does not know."),
        ({"hidden": 5}, "hidden is 5; expected a list of numbers of units, such as [128, 64]."),
        ([1, 2], r"the settings are \[1, 2\]; expected names with their values."),
        (None, "the settings are None; expected names with their values."),
    ],
)
def test_settings_from_a_strange_file_are_refused(values, sentence):
    with pytest.raises(ConfigError, match=sentence.replace("[128, 64]", r"\[128, 64\]")):
        TrainingConfig.from_dict(values)


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        TrainingConfig().epochs = 5


def test_knobs_are_settings():
    assert {field.name for field in fields(TrainingConfig)} > LIVE_KNOBS
