"""Codes in names and cells do not reach the terminal, and endless names do not fill the window."""

import json
from dataclasses import replace

import pytest

from core.commands.session import complain
from core.files.recipe_file import LONGEST_NAME, load_recipe, recipe_file_of, save_recipe
from core.runs.run import Run
from core.text.terminal_text import plain
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.panels.message_bar import Message, MessageBar
from tests.digit_files import COLUMN_NAMES, csv_rows, random_dataset
from tests.program import run_main
from tests.small_data import small_pair


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\rb", "a\\rb"),
        ("\u202eabc", "\\u202eabc"),
        ("\x9b2J", "\\x9b2J"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("Größe 3\u2009× 4\u00a0% “näher” 数字 🙂", "Größe 3\u2009× 4\u00a0% “näher” 数字 🙂"),
    ],
)
def test_codes_are_written_out_and_letters_are_not(text, shown, capsys):
    assert plain(text) == shown
    complain(text)
    assert capsys.readouterr().err == f"{shown}\n"


def test_a_cell_or_name_with_codes_is_complained_about_without_them(tmp_path):
    rows = csv_rows(random_dataset(20))
    rows[3][5] = "\x1b[31mred"
    names = [*COLUMN_NAMES[:5], "\x1b]0;title\x07" + "x" * 100_000, *COLUMN_NAMES[6:]]
    path = tmp_path / "a\x1b[2J.csv"
    path.write_text("\n".join(",".join(row) for row in (names, *rows)) + "\n")
    done = run_main("train", "--train-data", path, "--iterations", 1)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr
    assert "\\x1b" in done.stderr
    assert len(done.stderr) < 2_000


def test_an_endless_message_is_cut(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.say(Message("x" * 500_000))
    assert len(bar._text.text()) < 2_000


def test_an_endless_name_of_a_recipe_is_cut(tmp_path):
    run = Run(Recipe(TrainingConfig(batch_size=60, updates=1)), small_pair())
    run.step()
    path = tmp_path / "run.json"
    save_recipe(path, replace(recipe_file_of(run, run.snapshot()), name="n" * 400_000, data_name="d" * 400_000))
    found = load_recipe(path)
    assert (len(found.name), len(found.data_name)) == (LONGEST_NAME, LONGEST_NAME)
    assert json.loads(path.read_text())["name"] == "n" * 400_000
