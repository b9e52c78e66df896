"""Lessons load or say what is wrong; the bugs of "Break it" are found by the gradient check and reach no run."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QSplitter, QVBoxLayout, QWidget

from core.config import TrainingConfig
from core.errors import DivergedError, LessonError
from core.evaluation import evaluate
from core.gradient_check import Verdict, check_gradient, random_sample
from core.history.dead_units import find_silent_units, sample_images
from core.lessons.bugs import BUGS, broken_gradient
from core.lessons.lesson import LESSONS_FOLDER, LOOK_TARGETS, lesson_data, load_lesson, load_lessons
from core.network import Network, loss_and_gradient
from core.parameters import Parameters
from core.presets import PRESETS
from core.recipe import Recipe
from core.run import Run
from core.synthetic.builtin_digits import load_builtin_digits
from gui.desks.reading_room import ReadingRoom
from gui.look.theme import DARK, LIGHT
from gui.panels.lesson import NOT_THAT_ONE, LessonPanel
from gui.widgets.spotlight import Spotlight
from tests.small_data import small_pair

ROOT = Path(__file__).parents[1]
LEFT = Qt.MouseButton.LeftButton


# --- the files that come with the program


@pytest.fixture(scope="module")
def lessons():
    lessons, problems = load_lessons()
    assert problems == ()
    return {lesson.key: lesson for lesson in lessons}


def test_every_lesson_of_the_menu_is_there_in_order(lessons):
    assert list(lessons) == [
        "original-recipe",
        "learning-rate",
        "all-zero-start",
        "dead-relus",
        "full-batch-or-minibatch",
        "momentum",
        "overfitting",
        "break-it",
    ]
    for lesson in lessons.values():
        assert lesson.summary
        assert any(step.sets_up for step in lesson.steps)
        assert any(step.question for step in lesson.steps)


def test_steps_are_short(lessons):
    for lesson in lessons.values():
        for step in lesson.steps:
            assert len(step.text.split()) <= 90, (lesson.key, step.text)


def test_the_original_recipe_is_the_preset(lessons):
    assert lessons["original-recipe"].steps[1].config == PRESETS["original"].config


def test_breaking_it_covers_every_bug_and_every_answer_is_the_bug(lessons):
    steps = [step for step in lessons["break-it"].steps if step.bug]
    assert {step.bug for step in steps} == set(BUGS)
    for step in steps:
        assert step.question.choices[step.question.answer] == BUGS[step.bug].title


def test_four_equal_sigmoid_units_stay_equal_as_the_lesson_says(lessons):
    config = lessons["all-zero-start"].steps[3].config
    run = Run(Recipe(config), small_pair(), test_share=0)
    while not run.finished:
        run.step()
    weights = run.snapshot().network.parameters.weights[0]
    assert np.abs(weights).max() > 0.001
    assert np.array_equal(weights, np.repeat(weights[:, :1], weights.shape[1], axis=1))


def test_a_zero_start_with_relu_learns_output_biases_alone_as_the_lesson_says(lessons):
    run = Run(Recipe(lessons["all-zero-start"].steps[1].config), small_pair(), test_share=0)
    while not run.finished:
        run.step()
    parameters = run.snapshot().network.parameters
    assert not any(array.any() for array in (*parameters.weights, parameters.biases[0]))
    assert parameters.biases[1].any()


def test_units_die_at_the_high_rate_and_live_at_the_low_one_as_the_lesson_says(lessons):
    data = load_builtin_digits()
    dead = []
    for place in (1, 3):
        run = Run(Recipe(lessons["dead-relus"].steps[place].config), data, test_share=0)
        while not run.finished:
            run.step()
        dead.append(len(find_silent_units(run.snapshot().network, sample_images(data.train))))
    assert dead[0] >= 10
    assert dead[1] == 0


def finished(step):
    """Train as a step asks on the built-in digits; return the run."""
    run = Run(Recipe(step.config), lesson_data(load_builtin_digits(), step.images), test_share=0)
    while not run.finished:
        run.step()
    return run


def test_learning_rates_do_what_the_lesson_says(lessons):
    small, right, large, huge = lessons["learning-rate"].steps[1:5]
    losses = [finished(step).metrics.read().batch_loss for step in (small, right, large)]
    assert losses[0][:50].mean() - 0.2 < losses[0][-50:].mean() < losses[0][:50].mean()
    assert losses[1][-50:].mean() < 0.5
    assert losses[2].max() > 10
    assert losses[2][-50:].mean() == pytest.approx(2.3, abs=0.05)
    run = finished(large)
    assert len(find_silent_units(run.snapshot().network, sample_images(run.data.train))) == 10
    with pytest.raises(DivergedError, match=r"ran away at update 1: the loss is 1,\d\d\d, where guessing has 2.3"):
        finished(huge)


def test_minibatches_get_further_than_full_batches_as_the_lesson_says(lessons):
    full, minibatch = (finished(step) for step in lessons["full-batch-or-minibatch"].steps[1:3])
    assert full.update == 4
    assert minibatch.update > 1000
    assert minibatch.metrics.read().batch_loss[-50:].mean() < 0.5 < full.metrics.read().batch_loss.min()


def test_momentum_speeds_training_up_and_too_much_holds_it_back_as_the_lesson_says(lessons):
    plain, with_momentum, longer = (lessons["momentum"].steps[place] for place in (1, 2, 3))
    assert finished(with_momentum).metrics.read().batch_loss[-50:].mean() < 0.7 * (
        finished(plain).metrics.read().batch_loss[-50:].mean()
    )
    assert longer.config == with_momentum.config.with_changes(epochs=longer.config.epochs)
    run = Run(Recipe(longer.config), load_builtin_digits(), test_share=0)
    for _ in range(400):
        run.step()
    run.turn_knob(momentum=0.99)
    for _ in range(300):
        run.step()
    losses = run.metrics.read().batch_loss
    assert losses[600:700].mean() > losses[300:400].mean()


def test_few_pictures_are_learnt_by_heart_and_distortion_helps_as_the_lesson_says(lessons):
    plain, distorted = (lessons["overfitting"].steps[place] for place in (1, 3))
    data = load_builtin_digits()
    run = Run(Recipe(plain.config), lesson_data(data, plain.images), test_share=0)
    while run.update < 128:
        run.step()
    early = evaluate(run.snapshot().network, data.test).loss
    while not run.finished:
        run.step()
    end = evaluate(run.snapshot().network, data.test)
    assert evaluate(run.snapshot().network, run.data.train).accuracy == 1
    assert end.loss > early + 0.1
    assert end.accuracy < 0.8
    assert evaluate(finished(distorted).snapshot().network, data.test).accuracy > end.accuracy + 0.08


# --- writing a lesson

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


def test_a_teachers_file_is_read(tmp_path):
    lesson = load_lesson(write(tmp_path, GOOD))
    assert (lesson.key, lesson.title, len(lesson.steps)) == ("mine", "Mine", 3)
    look, setup, ask = lesson.steps
    assert (look.look, look.sets_up) == ("plots", False)
    assert setup.config == PRESETS["wide"].config.with_changes(batch_size=None, learning_rate=0.5)
    assert (setup.data, setup.images) == ("builtin", 200)
    assert ask.question.choices[ask.question.answer] == "that"


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
        ("images = 200", 'images = "200"', "step 2: images is '200'; expected a whole number"),
        ("learning_rate = 0.5", "learning_rat = 0.5", "step 2: config: .*'learning_rat', which"),
        ("learning_rate = 0.5", "learning_rate = -1", "step 2: config: the learning rate is -1"),
        ('look = "plots"', "images = 20", "step 1: images needs settings to begin a run with"),
        ('look = "plots"', 'bug = "typo"', "step 1: bug is 'typo'; choose one of mask_dropped"),
        ("answer = 2", "answer = 3", "step 3: answer is '3'; expected a whole number from 1 to 2"),
        ("answer = 2", "", "step 3: question needs answer"),
        ('question = "Which?"', "", "step 3: choices belongs to a question"),
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
    for name in (*LOOK_TARGETS, *BUGS, *PRESETS, *TrainingConfig().to_dict()):
        assert f"`{name}`" in document, name


def test_the_first_pictures_only():
    data = small_pair()
    few = lesson_data(data, 200)
    assert len(few.train) == 200
    assert np.array_equal(few.train.images, data.train.images[:200])
    assert few.test is data.test
    assert few.train.name == "small train, first 200"
    assert lesson_data(data, None) is lesson_data(data, 600) is data


# --- bugs


@pytest.fixture(scope="module")
def batch():
    """A network of two hidden layers with units on and off, and 40 pictures."""
    rng = np.random.default_rng(4)
    parameters = Parameters(rng.normal(0, 0.1, Parameters.zeros((784, 6, 5, 10)).vector.size), (784, 6, 5, 10))
    inputs, targets = rng.random((40, 784)), np.eye(10)[rng.integers(0, 10, 40)]
    return Network(parameters), inputs, targets


def verdicts(batch, gradient):
    """Verdicts by the name of each group of parameters."""
    network, inputs, targets = batch
    sizes = network.layer_sizes
    indices = random_sample(sizes, 60, np.random.default_rng(0))
    checks = check_gradient(network, (inputs, targets), indices, gradient=gradient)
    groups = Parameters.zeros(sizes)
    for layer, (weights, biases) in enumerate(zip(groups.weights, groups.biases, strict=True), start=1):
        weights[:], biases[:] = layer, -layer
    found = {}
    for check in checks:
        label = int(groups.vector[check.index])
        # Where the true derivative is 0 (a pixel behind a unit that is off), right and wrong may well be equal.
        if abs(check.numeric) > 1e-6 or check.verdict is Verdict.DIFFERS:
            found.setdefault(f"{'W' if label > 0 else 'b'}{abs(label)}", set()).add(check.verdict)
    return found


AGREES, DIFFERS = {Verdict.AGREES}, {Verdict.DIFFERS}


def test_without_a_mistake_the_broken_gradient_is_the_real_one(batch):
    expected = loss_and_gradient(*batch)[1].gradient.vector
    found = broken_gradient(*batch, mistake="").vector
    assert np.allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_the_gradient_check_finds_each_bug_where_the_lesson_says(batch):
    everywhere = ("W1", "b1", "W2", "b2", "W3", "b3")
    for bug in ("sign_flipped", "mean_forgotten"):
        assert verdicts(batch, BUGS[bug].gradient) == dict.fromkeys(everywhere, DIFFERS)
    found = verdicts(batch, BUGS["biases_forgotten"].gradient)
    assert {name: found[name] for name in ("W1", "W2", "W3")} == dict.fromkeys(("W1", "W2", "W3"), AGREES)
    assert {name: found[name] for name in ("b1", "b2", "b3")} == dict.fromkeys(("b1", "b2", "b3"), DIFFERS)
    found = verdicts(batch, BUGS["mask_dropped"].gradient)
    assert found["W3"] == found["b3"] == AGREES
    for name in ("W1", "b1", "W2", "b2"):
        assert Verdict.DIFFERS in found[name]


def test_sizes_of_the_mistakes_are_as_the_lesson_says(batch):
    right = broken_gradient(*batch, mistake="").vector
    assert np.allclose(BUGS["sign_flipped"].gradient(*batch).vector, -right)
    assert np.allclose(BUGS["mean_forgotten"].gradient(*batch).vector, 40 * right)


def test_bugs_can_never_reach_a_run():
    """Neither training nor anything it imports knows of them; only lessons do."""
    code = (
        "import sys, core.run, core.trainer, core.network, core.history.replay, core.gradient_check;"
        "import gui.session.training_session;"
        "sys.exit('core.lessons.bugs' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
    importers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("core", "gui")
        for path in (ROOT / folder).rglob("*.py")
        if _imports_bugs(path)
    }
    assert {name for name in importers if name.startswith("core/")} == {"core/lessons/lesson.py"}
    assert (
        not {"gui/session/training_session.py", "gui/session/training_worker.py", "gui/session/replay_thread.py"}
        & importers
    )


def _imports_bugs(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "core.lessons.bugs":
            return True
        if isinstance(node, ast.Import) and any(alias.name == "core.lessons.bugs" for alias in node.names):
            return True
    return False


# --- the pane


@pytest.fixture
def panel(qtbot):
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.resize(290, 560)
    return panel


@pytest.fixture
def told(panel):
    told = []
    panel.setup_requested.connect(lambda step: told.append(("setup", step)))
    panel.bug_changed.connect(lambda bug: told.append(("bug", bug)))
    panel.look_requested.connect(lambda name: told.append(("look", name)))
    panel.closed.connect(lambda: told.append(("closed", None)))
    return told


def test_pages_through_a_lesson_and_closes_at_its_end(panel, told, lessons):
    lesson = lessons["momentum"]
    assert not panel.isVisible()
    panel.show_lesson(lesson)
    assert panel.isVisible()
    assert not panel.back.isEnabled()
    for step in lesson.steps[:-1]:
        assert panel.text.text() == step.text
        QTest.mouseClick(panel.next, LEFT)
    assert panel.next.text() == "Finish"
    QTest.mouseClick(panel.back, LEFT)
    assert panel.place == len(lesson.steps) - 2
    QTest.mouseClick(panel.next, LEFT)
    QTest.mouseClick(panel.next, LEFT)
    assert told == [("closed", None)]
    assert not panel.isVisible()
    assert panel.step is None


def test_next_stays_under_the_pointer_from_step_to_step(qtbot, panel, lessons):
    panel.show_lesson(lessons["original-recipe"])
    panel.resize(320, 480)
    places = []
    for _ in lessons["original-recipe"].steps[1:]:
        QApplication.processEvents()
        places.append(panel.next.geometry())
        QTest.mouseClick(panel.next, LEFT)
    assert len({place.getRect() for place in places}) == 1


def test_sets_up_and_points(panel, told, lessons):
    lesson = lessons["overfitting"]
    panel.show_lesson(lesson)
    assert panel.set_up.isHidden()
    assert panel.look.isHidden()
    QTest.mouseClick(panel.next, LEFT)
    QTest.mouseClick(panel.set_up, LEFT)
    QTest.mouseClick(panel.look, LEFT)
    assert told == [("setup", lesson.steps[1]), ("look", "plots"), ("look", "plots")]
    assert told[0][1].images == 200


def test_a_bug_stays_until_the_next_set_up_and_goes_with_the_lesson(panel, told, lessons):
    panel.show_lesson(lessons["break-it"])
    for _ in range(3):
        QTest.mouseClick(panel.next, LEFT)
    assert told == []
    QTest.mouseClick(panel.set_up, LEFT)
    QTest.mouseClick(panel.next, LEFT)
    QTest.mouseClick(panel.set_up, LEFT)
    QTest.mouseClick(panel.close_button, LEFT)
    assert [value for kind, value in told if kind == "bug"] == ["sign_flipped", "biases_forgotten", ""]
    assert not any(kind == "setup" for kind, _ in told)
    told.clear()
    panel.show_lesson(lessons["break-it"])
    panel._go_to(3)
    QTest.mouseClick(panel.set_up, LEFT)
    panel.show_lesson(lessons["momentum"])
    assert told[-1] == ("bug", "")


def test_questions_are_answered_by_mouse_and_keyboard(qtbot, panel, lessons):
    panel.show_lesson(lessons["break-it"])
    panel._go_to(3)
    buttons = panel._choice_group.buttons()
    QTest.mouseClick(buttons[0], LEFT)
    assert panel._feedback.text() == NOT_THAT_ONE
    QTest.keyClick(buttons[1], Qt.Key.Key_Space)
    assert panel._feedback.text().startswith("**Yes.** Right size, wrong sign")
    QTest.mouseClick(panel.next, LEFT)
    assert panel._feedback.isHidden()
    assert len(panel._choice_group.buttons()) == 4
    panel._go_to(0)
    assert panel._question.isHidden()
    assert panel._choice_group.buttons() == []


def test_what_is_said_of_an_answer_comes_into_view(qtbot, panel, lessons):
    panel.show_lesson(lessons["break-it"])
    panel._go_to(3)
    panel.resize(300, 330)
    area = panel._scroll.viewport()
    qtbot.waitUntil(lambda: panel._scroll.verticalScrollBar().maximum() > 0)
    QTest.mouseClick(panel._choice_group.buttons()[1], LEFT)

    def shown():
        said = panel._feedback
        bottom = said.mapTo(area, said.rect().bottomLeft()).y()
        return "Right size" in said.text() and 0 < bottom <= area.height()

    qtbot.waitUntil(shown)


def test_the_pane_says_that_a_bug_is_in_the_check(panel, lessons):
    panel.show_lesson(lessons["break-it"])
    panel._go_to(3)
    assert "bug" not in panel._count.text()
    QTest.mouseClick(panel.set_up, LEFT)
    assert "bug in the check" in panel._count.text()
    QTest.mouseClick(panel.back, LEFT)
    assert panel._count.text() == "Step 3 of 8 · bug in the check"
    panel.show_lesson(lessons["break-it"])
    assert panel._count.text() == "Step 1 of 8"


def test_a_lesson_gets_a_wider_and_higher_place_as_long_as_it_is_open(qtbot, panel, lessons):
    columns, column = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Vertical)
    qtbot.addWidget(columns)
    settings, tabs, drawing = QWidget(), QWidget(), QWidget()
    for part in (panel, settings):
        column.addWidget(part)
    for part in (column, tabs, drawing):
        columns.addWidget(part)
    room = ReadingRoom(panel, column, columns)
    panel.opened.connect(room.open)
    panel.closed.connect(room.close)
    columns.resize(1280, 600)
    columns.show()
    columns.setSizes([230, 700, 330])
    before = columns.sizes()
    panel.show_lesson(lessons["momentum"])
    assert columns.sizes()[0] > before[0]
    assert columns.sizes()[2] == before[2]
    assert panel.height() > settings.height()
    panel.show_lesson(lessons["break-it"])
    QTest.mouseClick(panel.close_button, LEFT)
    assert columns.sizes() == before


def test_long_answers_wrap(panel, lessons):
    panel.show_lesson(lessons["all-zero-start"])
    panel._go_to(3)
    button = panel._choice_group.buttons()[0]
    assert button.heightForWidth(220) > button.heightForWidth(900)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_spotlight_frames_its_target_and_fades(qtbot, theme):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    target = QLabel("here")
    layout.addWidget(QLabel("there"))
    layout.addWidget(target)
    window.resize(300, 200)
    window.show()
    spotlight = Spotlight(window)
    spotlight.point_at(target, theme)
    assert spotlight.geometry() == target.geometry()
    assert spotlight.grab().toImage().pixelColor(spotlight.width() // 2, 1).name() == theme.link
    window.resize(500, 300)
    qtbot.waitUntil(lambda: spotlight.geometry() == target.geometry())
    qtbot.waitUntil(lambda: not spotlight.isVisible(), timeout=10_000)


def test_every_shipped_lesson_file_is_listed_once():
    assert len(list(LESSONS_FOLDER.glob("*.toml"))) == len(load_lessons()[0])
