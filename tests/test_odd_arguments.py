"""What is clumsy on the command line ends in one sentence, and what cannot be written costs no result."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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
