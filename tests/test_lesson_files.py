"""A teacher's lesson is read, or what is wrong in its file is told in one sentence with the place."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import LessonError
from core.lessons.bugs import BUGS
from core.lessons.lesson import load_lesson, load_lessons
from core.lessons.lesson_data import lesson_data
from core.lessons.look import LOOK
from core.lessons.step import MEASURES, TABS, LessonStep
from core.training.config import TrainingConfig
from core.training.presets import PRESETS
from tests.small_data import small_pair

ROOT = Path(__file__).parents[1]

GOOD = """
title = "Mine"
summary = "What it is about."
[[step]]
text = "Look."
look = "plots"
[[step]]
text = "Try."
preset = "wide"
data = "builtin"
images = 200
[step.config]
batch_size = "full"
learning_rate = 0.5
[[step]]
text = "Ask."
question = "Which?"
choices = ["this", "that"]
answer = 2
explanation = "Because."
"""


def write(tmp_path, text, name="mine.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_lesson_names_layers(tmp_path):
    text = GOOD.replace("learning_rate = 0.5", 'layers = "conv 8 5x5, pool 2, 10"')
    config = load_lesson(write(tmp_path, text)).steps[1].config
    assert (config.layers, config.hidden, config.augmentation) == ("conv 8 5x5, pool 2, 10", (), "shift")


def test_a_teachers_file_is_read(tmp_path):
    lesson = load_lesson(write(tmp_path, GOOD))
    assert (lesson.key, lesson.title, len(lesson.steps)) == ("mine", "Mine", 3)
    look, setup, ask = lesson.steps
    assert (look.look, look.sets_up) == ("plots", False)
    assert setup.config == PRESETS["wide"].config.with_changes(batch_size=None, learning_rate=0.5)
    assert (setup.data, setup.images) == ("builtin", 200)
    assert [ask.question.choices[answer] for answer in ask.question.answers] == ["that"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('title = "Mine"', "", "title is missing"),
        ('title = "Mine"', 'titel = "Mine"\ntitle = "Mine"', "it holds titel, which this version does not know"),
        ('title = "Mine"', 'title = " "', "title is ' '; expected some text"),
        ('title = "Mine"', "title = 5", "title is '5'; expected a text"),
        ('text = "Look."', "", "step 1: text is missing"),
        ('look = "plots"', 'look = "kitchen"', "step 1: look is 'kitchen'; choose one of controls, "),
        ('preset = "wide"', 'preset = "huge"', "step 2: preset is 'huge'; choose one of default, "),
        ('data = "builtin"', 'data = "web"', "step 2: data is 'web'; choose one of open, builtin"),
        ("images = 200", "images = 0", "step 2: images is '0'; expected a whole number from 1"),
        ("images = 200", "shuffled = 1", "step 2: shuffled is '1'; expected true or false"),
        ("images = 200", "moved = 11", "step 2: moved is '11'; expected a whole number from 0 to 10"),
        ("images = 200", 'images = "200"', "step 2: images is '200'; expected a whole number"),
        (
            "learning_rate = 0.5",
            "learning_rat = 0.5",
            "step 2: config: .*'learning_rat'; did you mean learning_rate. The settings are hid",
        ),
        (
            "learning_rate = 0.5",
            "lr = 0.5",
            "step 2: config: .*'lr'; did you mean learning_rate. The settings are hidden, layers, acti",
        ),
        ("learning_rate = 0.5", "learning-rate = 0.5", "'learning-rate'; did you mean learning_rate"),
        ("learning_rate = 0.5", 'layers = "conv 8"', "step 2: config: “conv 8” is no layer"),
        ("learning_rate = 0.5", 'layers = "pool 2, 10"\nhidden = [5]', "step 2: config: .* are two different networks"),
        (
            "learning_rate = 0.5",
            "zzz = 0.5",
            "there is no setting 'zzz'; the settings are hidden, layers, acti",
        ),
        ('"Look."', r'"\alpha"', r"line 5 cannot be read: .*; write \\\\ for a backslash, or put the text between"),
        ('"Look."', r'"$\beta$"', r"step 1: text holds a sign that cannot be shown; write \\\\ for a backslash"),
        ('"Look."', r'"$\theta$"', r"step 1: text holds a sign that cannot be shown; write \\\\ for a backslash"),
        ('"Look."', r'"with $\rho$"', r"step 1: text holds a sign that cannot be shown; write \\\\ for a backslash"),
        (
            '"Look."',
            r'"with $\nabla L$"',
            r"step 1: text holds a sign that cannot be shown; write \\\\ for a backslash",
        ),
        (
            '"Look."',
            r'"with $a \times b$"',
            r"step 1: text holds a sign that cannot be shown; write \\\\ for a backslash",
        ),
        ('"Look."', r"'$\frac{1}$'", "step 1: text: a formula between . and . cannot be set: something is missing"),
        ('"Look."', r"'$\wrong$'", r"text: a formula .*: .wrong is not known; these are: .frac, "),
        (
            'look = "plots"',
            'look = "plots:logg"',
            "look is 'plots:logg'; after \"plots:\" choose one of epoch, log, range",
        ),
        (
            'look = "plots"',
            'look = "microscope:dX"',
            "after .* choose one of terms, .*; or a stage of the update, such as dW1",
        ),
        ('look = "plots"', 'look = "weights:3"', "weights has no parts to point at"),
        ('look = "plots"', 'tab = "Home"', "step 1: tab is 'Home'; choose one of Training, Network, Step through"),
        ('look = "plots"', "speed = 0", "step 1: speed is '0'; expected updates a second, from 1 to"),
        ('look = "plots"', 'speed = "fast"', "step 1: speed is 'fast'; expected updates a second"),
        ('look = "plots"', "image = 0", "step 1: image is '0'; expected a whole number from 1"),
        ('look = "plots"', "turns = [{ update = 4, momentum = 0.5 }]", "step 1: turns needs settings"),
        ("images = 200", "turns = [{ update = 4 }]", "step 2: turns is .*; expected a list such as"),
        (
            "images = 200",
            "turns = [{ update = 4, seed = 3 }]",
            "step 2: turns: seed cannot change within a run; these can",
        ),
        ("images = 200", "turns = [{ update = 4, lr = 3 }]", "step 2: turns: there is no setting 'lr'"),
        ("images = 200", "turns = [{ update = 4, momentum = 3 }]", "step 2: turns: momentum is 3; expected a number"),
        ("images = 200", "expect = { acc = [0, 1] }", "step 2: expect: there is no 'acc'; choose from accuracy, loss"),
        ("images = 200", "expect = { loss = [2, 1] }", "step 2: expect: loss needs the lowest and the highest value"),
        ("answer = 2", "answer = []", "step 3: answer is .*; expected a whole number from 1 to 2, or a list"),
        (
            "answer = 2",
            'answer = 2\nreplies = ["no"]',
            "step 3: replies is .*; expected a text for each of the 2 choices",
        ),
        ("learning_rate = 0.5", "learning_rate = -1", "step 2: config: the learning rate is -1"),
        ('look = "plots"', "images = 20", "step 1: images needs settings to begin a run with"),
        ('look = "plots"', 'bug = "typo"', "step 1: bug is 'typo'; choose one of mask_dropped"),
        ("answer = 2", "answer = 3", "step 3: answer is '3'; expected a whole number from 1 to 2"),
        ("answer = 2", "", "step 3: question needs answer"),
        ('question = "Which?"', "", "step 3: choices belongs to a question"),
        ('["this", "that"]', "5", "step 3: choices is '5'; expected a list"),
        ("answer = 2", "answer = 2\nreplies = 5", "step 3: replies is '5'; expected a list"),
        ("answer = 2", "answer = { a = 1 }", "step 3: answer is .*; expected a whole number"),
        ('text = "Look."', "text = ['a']", "step 1: text is .*; expected a text"),
        ("images = 200", "expect = { loss = 3 }", "step 2: expect: loss needs the lowest and the highest value"),
        ("images = 200", "expect = { loss = [nan, inf] }", "step 2: expect: loss needs the lowest"),
        ("images = 200", "turns = 5", "step 2: turns is '5'; expected a list"),
        ("images = 200", "turns = [{ update = true, momentum = 0.5 }]", "step 2: turns is .*; expected a list such as"),
        ('look = "plots"', "speed = nan", "step 1: speed is 'nan'; expected updates a second"),
        ('look = "plots"', "speed = true", "step 1: speed is 'True'; expected updates a second"),
        ('look = "plots"', "look = 5", "step 1: look is '5'; expected a text"),
        ('["this", "that"]', '["this"]', "step 3: choices is .*expected 2 to 6 texts"),
        ('look = "plots"', 'lok = "plots"', "step 1: it holds lok, which this version does not know"),
        ("learning_rate = 0.5", 'look = "plots"', "step 2: look stands below .step.config., .*; put it above"),
        ('batch_size = "full"', 'batch_size = "all"', "step 2: config: batch_size is 'all'; expected .* or \"full\""),
        ("[[step]]", "[step]", r"line 7 cannot be read: \[\[step\]\]; .* in double brackets"),
        ('summary = "What it is about."', "summary = ", 'line 3 cannot be read: summary =; expected a text in "…"'),
        ('"Mine"', "“Mine”", "line 2 cannot be read: title = “Mine”; write straight quotes"),
        ('"Look."', '"Look', 'line 5 cannot be read: text = "Look; a text in .* ends on its own line'),
        ('"Look."', '"Look.\nAgain."', 'line 5 cannot be read: text = "Look.; a text in .* ends on its own line'),
        ('"Because."', '"""Because."', 'a text or a list has no end; look for a ", a """ or a'),
        ("learning_rate = 0.5", "learning_rate = 0,5", "line 14 cannot be read: .*; a number has a point, such as 0.1"),
        ('look = "plots"', 'look = "plots"\nlook = "plots"', "line 7 cannot be read: .*; each word may stand once"),
        ("answer = 2", "answer: 2", "line 19 cannot be read: answer: 2; expected word = value"),
        ("[step.config]", "config = {\nseed = 5 }", "line 12 .*; everything between { and } stands on one line"),
        ('text = "Try."', "Try this.", "line 8 cannot be read: Try this.; expected word = value"),
    ],
)
def test_a_mistake_is_told_with_file_and_place(tmp_path, old, new, sentence):
    assert old in GOOD
    with pytest.raises(LessonError, match=rf"^mine\.toml: .*{sentence}"):
        load_lesson(write(tmp_path, GOOD.replace(old, new, 1)))


def test_a_step_can_set_up_all_that_a_learner_would_turn(tmp_path):
    text = GOOD.replace(
        "images = 200",
        """images = 200
image = 3
speed = 300
tab = "Step through"
turns = [{ update = 10, momentum = 0.99 }, { update = 30, batch_size = "full" }]
expect = { accuracy = [0.5, 1], mnist_dead_units = [0, 3] }""",
    ).replace("answer = 2", "answer = [1, 2]\nreplies = ['a', '']")
    lesson = load_lesson(write(tmp_path, text))
    step, question = lesson.steps[1], lesson.steps[2].question
    assert (step.image, step.speed, step.tab) == (2, 300, "Step through")
    assert [(turn.update, dict(turn.changes)) for turn in step.turns] == [
        (10, {"momentum": 0.99}),
        (30, {"batch_size": None}),
    ]
    assert step.expect == {"accuracy": (0.5, 1.0), "mnist_dead_units": (0.0, 3.0)}
    assert question.answers == {0, 1}
    assert question.replies == ("a", "")
    assert LessonStep(text="Look.", speed="max").sets_up
    assert not LessonStep(text="Look.").sets_up


def test_a_mistake_far_along_a_line_is_shown_with_what_stands_around_it(tmp_path):
    line = f'config = {{ seed = 3, {" " * 60} learning_rate = 0,1, batch_size = 64, optimizer = "sgd" }}'
    with pytest.raises(LessonError, match=r"line 3 cannot be read: ….*learning_rate = 0,1, batch.*…;"):
        load_lesson(write(tmp_path, f'title = "Mine"\n[[step]]\n{line}\ntext = "Look."'))


def test_what_editors_add_is_no_mistake(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_lesson(path).steps == load_lesson(write(tmp_path, GOOD, "plain.toml")).steps


def test_a_lesson_without_steps_and_files_that_are_none(tmp_path):
    with pytest.raises(LessonError, match=r"it has 0 steps; expected 1 to 50, each beginning with \[\[step\]\]"):
        load_lesson(write(tmp_path, 'title = "a"'))
    with pytest.raises(LessonError, match="it has 0 steps"):
        load_lesson(write(tmp_path, 'title = "a"\nsummary = "b"\nstep = []'))
    with pytest.raises(LessonError, match="could not be read"):
        load_lesson(tmp_path / "gone.toml")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LessonError, match="not UTF-8"):
        load_lesson(binary)
    binary.write_bytes(b"#" * 200_001)
    with pytest.raises(LessonError, match="larger than"):
        load_lesson(binary)


def test_a_bad_file_does_not_stop_the_others(tmp_path):
    write(tmp_path, GOOD, "b.toml")
    write(tmp_path, GOOD.replace('title = "Mine"', 'title = "First"\norder = 1'), "z.toml")
    write(tmp_path, "nonsense", "a.toml")
    lessons, problems = load_lessons(tmp_path)
    assert [lesson.title for lesson in lessons] == ["First", "Mine"]
    assert len(problems) == 1
    assert problems[0].startswith("a.toml: ")


def test_the_document_for_teachers_holds_an_example_that_loads_and_names_all_there_is(tmp_path):
    document = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")
    example = document.split("```toml\n")[1].split("```")[0]
    assert len(load_lesson(write(tmp_path, example)).steps) >= 3
    for name in (*LOOK, *BUGS, *PRESETS, *TrainingConfig().to_dict(), *TABS, *MEASURES):
        assert f"`{name}`" in document, name


def test_the_first_images_only():
    data = small_pair()
    few = lesson_data(data, 200)
    assert len(few.train) == 200
    assert np.array_equal(few.train.images, data.train.images[:200])
    assert few.test is data.test
    assert few.train.name == "small train, first 200"
    assert lesson_data(data, None) is lesson_data(data, 600) is data


def test_pixels_change_places_in_all_images_alike_and_test_images_move_to_the_right():
    data = small_pair()
    shuffled = lesson_data(data, shuffled=True)
    assert np.array_equal(lesson_data(data, shuffled=True).test.images, shuffled.test.images)
    for one, other in ((data.train, shuffled.train), (data.test, shuffled.test)):
        assert not np.array_equal(one.images, other.images)
        assert np.array_equal(np.sort(one.images), np.sort(other.images))
        assert np.array_equal(one.labels, other.labels)
    place = int((data.train.images != shuffled.train.images).any(axis=0).argmax())
    column = shuffled.train.images[:, place]
    (came_from,) = np.flatnonzero((data.train.images == column[:, None]).all(axis=0))[:1]
    assert np.array_equal(data.test.images[:, came_from], shuffled.test.images[:, place])
    moved = lesson_data(data, moved=4)
    assert moved.train is data.train
    before, after = (each.test.images.reshape(-1, 28, 28) for each in (data, moved))
    assert np.array_equal(after[:, :, 4:], before[:, :, :-4])
    assert not after[:, :, :4].any()
