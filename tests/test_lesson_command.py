"""`main.py lesson FILE --try` trains what a lesson sets up and says what comes of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.lessons.lesson import load_lesson
from core.lessons.trial import try_lesson
from tests.small_data import small_pair

ROOT = Path(__file__).parents[1]

LESSON = """
title = "Two runs"
[[step]]
text = "Read."
[[step]]
text = "Train."
images = 300
config = { hidden = [5], epochs = 2 }
expect = { accuracy = [0.0, 0.0001], updates = [10, 10] }
[[step]]
text = "Too far."
config = { hidden = [5], epochs = 2, learning_rate = 1000.0 }
turns = [{ update = 5, learning_rate = 0.1 }]
"""


def run(*arguments):
    return subprocess.run(
        [sys.executable, "main.py", "lesson", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "two.toml"
    path.write_text(LESSON, encoding="utf-8")
    return path


def test_each_set_up_is_trained_and_told_as_json(lesson):
    done = run(lesson, "--try", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    first, second = result["setups"]
    assert (first["step"], second["step"]) == (2, 3)
    for setup in result["setups"]:
        assert {"accuracy", "loss", "dead_units", "seconds"} <= set(setup)
        assert 0 <= setup["accuracy"] <= 1
        assert setup["seconds"] >= 0
    assert (first["updates"], first["diverged_at"]) == (10, None)
    assert second["diverged_at"] == 1
    assert result["unexpected"] == [f"Step 2 expects accuracy from 0 to 0.0001; it is {first['accuracy']}."]
    assert "step 2: update" in done.stderr


def test_a_lesson_is_found_by_its_name_and_read_without_training():
    done = run("momentum")
    assert done.returncode == 0
    assert done.stdout.startswith("Momentum: ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["nowhere.toml", "--try"],
            "There is no lesson file nowhere.toml. Those that come with the program are all-zero",
        ),
        (["README.md", "--try"], "README.md: line 3 cannot be read"),
        (["momentum", "--try", "--test-data", "x.csv"], "needs --train-data as well"),
        (["momentum", "--try", "--train-data", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_bad_input_is_told_and_exits_2(arguments, sentence):
    done = run(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_turn_on_the_way(lesson):
    """At the rate of 1000 the run is over at once; turned down before, it is not."""
    lesson.write_text(LESSON.replace("update = 5,", "update = 0,"), encoding="utf-8")
    trials = try_lesson(load_lesson(lesson), small_pair())
    assert trials[1].diverged_at is None
    assert trials[1].updates == 20
