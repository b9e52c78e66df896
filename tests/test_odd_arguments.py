"""What is clumsy on the command line ends in one sentence, and what cannot be written costs no result."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from core.files.shipped_models import model_path
from tests.program import MAIN, refusal, run_main

LONG = "x" * 5_000


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([LONG], "File name too long"),
        (["train", "--train-data", LONG], "File name too long"),
        (["evaluate", LONG], "File name too long"),
        (["evaluate", "."], ". is a folder"),
        (["evaluate", "/"], "/ is a folder"),
        ([""], "the name of a file, and it is empty"),
        (["train", "--train-data", ""], "the name of a file, and it is empty"),
        (["evaluate", ""], "the name of a file, and it is empty"),
        (["predict", "model.npz", ""], "the name of a file, and it is empty"),
        (["lesson", ""], "the name of a file, and it is empty"),
    ],
)
def test_a_name_that_no_file_can_have_is_refused(words, sentence, tmp_path):
    assert sentence in refusal(*words, cwd=tmp_path)


def test_an_option_that_a_command_does_not_know_is_told_with_its_own_usage(tmp_path):
    done = run_main("train", "--updates", "3", cwd=tmp_path)
    assert done.stderr.startswith("usage: main.py train")
    assert "--iterations" in done.stderr
    assert done.stderr.endswith("unrecognized arguments: --updates 3\n")
    assert done.returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no file that is always full")
def test_progress_that_cannot_be_written_costs_no_result():
    command = [sys.executable, str(MAIN), "train", "--train-data", "builtin", "--iterations", "3", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, text=True)
    assert done.returncode == 0
    assert json.loads(done.stdout)["updates"] == 3


def test_letters_that_a_code_page_lacks_cost_no_result(tmp_path):
    image = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(image).line([(100, 40), (100, 160)], fill=0, width=15)
    image.save(tmp_path / "цифра 七.png")
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    done = run_main("predict", model_path("ten"), "цифра 七.png", "nichts ж.png", cwd=tmp_path, env=environment)
    assert done.returncode == 2
    assert done.stdout.startswith(r"\u0446\u0438\u0444\u0440\u0430 \u4e03.png")
    assert r"nichts \u0436.png" in done.stderr
    assert "Traceback" not in done.stderr
