"""Documents that say far too much, or stop too early: the sentence stays short, and is true."""

import json
import zipfile

import pytest

from core.data.my_digits import MyDigits
from core.errors import ConfigError, LessonError, ProjectFileError, SessionFileError
from core.files.project_file import Contents, open_project, save_project
from core.files.session_file import SessionRecord, read_session_values, session_values
from core.lessons.lesson import load_lesson
from core.training.config import TrainingConfig

ENDLESS = "x" * 1_000_000


@pytest.mark.parametrize("setting", ["activation", "optimizer", "hidden", "learning_rate", "epochs"])
def test_a_value_without_end_is_not_shown_in_whole(setting):
    with pytest.raises(ConfigError) as refused:
        TrainingConfig.from_dict({**TrainingConfig().to_dict(), setting: ENDLESS})
    assert len(str(refused.value)) < 300
    assert "xxx…" in str(refused.value)


def test_a_version_without_end_is_not_shown_in_whole():
    values = session_values(SessionRecord(config=TrainingConfig())) | {"version": ENDLESS}
    with pytest.raises(SessionFileError) as refused:
        read_session_values(json.loads(json.dumps(values)))
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# A lesson\n\nabout digits", "line 3 cannot be read: about digits; expected word = value"),
        ('title = "a"\ntitle = "b"', "line 2"),
        ('title = """a', "a text or a list has no end"),
        ("look = [1,", "a text or a list has no end"),
    ],
)
def test_the_last_line_of_a_lesson_is_named_where_the_fault_is_there(tmp_path, text, sentence):
    (tmp_path / "lesson.toml").write_text(text)
    with pytest.raises(LessonError, match=sentence):
        load_lesson(tmp_path / "lesson.toml")


def test_digits_that_are_none_are_called_so_in_a_project(tmp_path):
    contents = Contents(session=SessionRecord(config=TrainingConfig()), digits=MyDigits.empty())
    save_project(tmp_path / "whole.mnistann", contents, [])
    with zipfile.ZipFile(tmp_path / "whole.mnistann") as whole:
        about = whole.read("project.json")
    with zipfile.ZipFile(tmp_path / "odd.mnistann", "w") as odd:
        odd.writestr("project.json", about)
        odd.writestr("my_digits.npz", b"no archive")
    with (
        pytest.raises(ProjectFileError, match=r"my_digits\.npz: this is not a collection of digits"),
        open_project(tmp_path / "odd.mnistann"),
    ):
        pass
