"""Lesson files that would take minutes and gigabytes to parse, or hold numbers that cannot be written, are refused."""

import pytest

from core.errors import LessonError
from core.lessons.lesson import load_lesson
from core.lessons.lesson_text import parse_lesson

NAMES = ".".join("a" * 25_000)

EXCESS = {
    "one long name": (f"{NAMES} = 1", "line 1 has more than 16 names joined by points"),
    "long names in quotes": (".".join(['"a"'] * 25_000) + " = 1", "line 1 has more than 16 names"),
    "long names with blanks": (" . ".join("a" * 25_000) + " = 1", "line 1 has more than 16 names"),
    "a long table": (f"\n\n[{NAMES}]", "line 3 has more than 16 names"),
    "a long name in a list": (f"a = [\n{{{NAMES} = 1}}]", "line 2 has more than 16 names"),
    "a long name behind texts": (f'a = """\n"x"\n"""\nb = \'"\'\n{NAMES} = 1', "line 5 has more than 16 names"),
    "a decimal number": (f"order = {'9' * 4301}", "line 1 has a number of more than 40 digits"),
    "a hexadecimal number": (f"order = 0x{'f' * 4000}", "line 1 has a number of more than 40 digits"),
    "a number in groups": (f"order = -{'1_0' * 2000}", "line 1 has a number of more than 40 digits"),
    "deep lists": ("a = " + "[" * 90_000, "lists stand in lists too often"),
    "deep groups": ("a = " + "{a=" * 30_000, "lists stand in lists too often"),
    "a text without an end": ('"' + '\\"' * 70_000, "ends on its own line"),
    "quotes": ('"' * 150_000, "line 1 cannot be read"),
    "many steps": ("title = 'a'\n" + "[[step]]\ntext = 'a'\n" * 9_000, "it has 9000 steps"),
    "an infinite number": ("title = 'a'\norder = inf\n[[step]]\ntext = 'a'", "order is 'inf'; expected a whole number"),
    "a date": ("title = 1979-05-27\n[[step]]\ntext = 'a'", "title is '1979-05-27'; expected a text"),
}


@pytest.mark.parametrize("name", EXCESS)
def test_what_no_lesson_holds_is_refused_in_one_sentence(tmp_path, name):
    text, sentence = EXCESS[name]
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(LessonError, match=rf"^mine\.toml: .*{sentence}"):
        load_lesson(path)


@pytest.mark.parametrize(
    "text",
    [
        "'''" + "a.b.c.d.e " * 1000 + "'''",
        '"' + "a.b.c " * 1000 + '"  # a remark.with.many.points' + ".x" * 100,
        "[" + "0.1, " * 500 + "]",
        "0." + "1" * 1000,
        "12345678901234567890",
        '"' + "9" * 5000 + '"',
    ],
)
def test_long_texts_and_lists_are_no_excess(text):
    assert set(parse_lesson(f"a = {text}\nb.c.d.e = 1".encode())) == {"a", "b"}


def test_a_lesson_is_read_from_a_file_and_nothing_else(tmp_path):
    with pytest.raises(LessonError, match="is a folder; expected a file"):
        load_lesson(tmp_path)
