"""What is unlike any digit is said to be so, on the command line and beside the drawing; a digit hardly ever is."""

import gzip
import json

import numpy as np
import pytest
from PIL import Image

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.data.synthetic.other_drawings import generate_other_drawings
from core.drawing.preparation import normalize_drawing
from core.files.model_files import load_model, save_model
from core.files.saved_model import SavedModel
from core.files.shipped_models import load_shipped_model, model_path
from core.files.unlike import LIMIT, unlikeness, usual_limit
from gui.panels.drawing import DrawingPanel
from gui.session.ready_readers import Reader
from tests.layout import laid_out
from tests.pen_strokes import render_pen_strokes
from tests.program import run_main

PEN = 20
ROUND = np.linspace(0, 20, 300)


def circle(x, y, radius, start=0.0, stop=1.0):
    angle = 2 * np.pi * np.linspace(start, stop, 60)
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])


def lines(*paths):
    return [np.array(path, float) for path in paths]


SMILEY = [circle(140, 140, 100), circle(105, 110, 4), circle(175, 110, 4), circle(140, 150, 50, 0.08, 0.42)]
OTHERS = {
    "smiley": SMILEY,
    "scribble": [np.random.default_rng(3).uniform(40, 240, (25, 2))],
    "dot": [np.array([[140.0, 140.0]])],
    "lying line": lines([(40, 140), (240, 145)]),
    "hash": lines([(100, 40), (95, 240)], [(180, 40), (175, 240)], [(40, 105), (240, 105)], [(40, 175), (240, 175)]),
    "letter A": lines([(70, 230), (140, 50), (210, 230)], [(100, 160), (180, 160)]),
    "letter H": lines([(80, 50), (80, 230)], [(200, 50), (200, 230)], [(80, 140), (200, 140)]),
    "letter M": lines([(50, 230), (70, 50), (140, 180), (210, 50), (230, 230)]),
    "letter K": lines([(80, 50), (80, 230)], [(200, 50), (80, 140), (200, 230)]),
    "zigzag": lines([(40, 200), (80, 80), (120, 200), (160, 80), (200, 200), (240, 80)]),
    "spiral": [140 + (10 + 5 * ROUND)[:, None] * np.column_stack([np.cos(ROUND), np.sin(ROUND)])],
}


def drawn(strokes, pen=PEN):
    return render_pen_strokes(strokes, pen)


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_digit_is_unlike_any(name):
    assert unlikeness(normalize_drawing(drawn(OTHERS[name]))[None])[0] > LIMIT


def test_noise_is_unlike_any_digit():
    noise = np.random.default_rng(0).integers(0, 256, (10, 28, 28), dtype=np.uint8)
    assert (unlikeness(np.array([normalize_drawing(image) for image in noise])) > LIMIT).all()


def test_drawings_of_another_seed_than_learned_from_are_mostly_told_from_digits():
    assert (unlikeness(generate_other_drawings(400, 77)) > LIMIT).mean() > 0.75


def test_digits_are_hardly_ever_unlike_digits(request):
    assert (unlikeness(load_builtin_digits().test.images) > LIMIT).mean() < 0.015
    mnist = request.config.rootpath.parent / "shared" / "mnist" / "t10k-images-idx3-ubyte.gz"
    if not mnist.is_file():
        pytest.skip("MNIST is not beside the checkout, in shared/mnist")
    with gzip.open(mnist) as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    assert (unlikeness(images) > LIMIT).mean() < 0.01


def test_what_was_learned_from_is_like_itself_whatever_it_is(tmp_path):
    others = generate_other_drawings(500, 78)
    limit = usual_limit(others)
    assert (unlikeness(others) > limit).mean() < 0.02
    digits = load_builtin_digits().train.images
    assert usual_limit(digits) < limit
    network = load_shipped_model("ten").network
    save_model(tmp_path / "model.npz", SavedModel(network=network, unlike_limit=limit))
    assert load_model(tmp_path / "model.npz").unlike_limit == pytest.approx(limit)
    save_model(tmp_path / "old.npz", SavedModel(network=network))
    assert load_model(tmp_path / "old.npz").unlike_limit is None


def test_the_command_says_so(tmp_path):
    for name in ("smiley", "letter A"):
        Image.fromarray(255 - drawn(OTHERS[name])).save(tmp_path / f"{name}.png")
    files = ("smiley.png", "letter A.png")
    printed = run_main("predict", model_path("wide"), *files, "--json", cwd=tmp_path)
    for result in json.loads(printed.stdout.splitlines()[-1])["results"]:
        assert (result["unlike"], result["sure"]) == (True, False)
        assert len(result["probabilities"]) == 10
    said = run_main("predict", model_path("wide"), *files, cwd=tmp_path).stdout.splitlines()
    assert [line.split(";")[0] for line in said] == [f"{f}: unlike any image the network learned from" for f in files]


@pytest.fixture
def panel(qtbot):
    widget = DrawingPanel()
    qtbot.addWidget(widget)
    widget.resize(300, 560)
    widget.reader_box.set_readers([Reader("Wide", "", load_shipped_model("wide").network)])
    widget.show()
    return laid_out(widget)


def test_the_drawing_box_says_so_in_the_place_of_how_sure_it_is(panel, qtbot):
    def show(strokes):
        panel.clear_action.trigger()
        with qtbot.waitSignal(panel.canvas.drawing_changed):
            panel.canvas.paste(drawn(strokes))
        laid_out(panel)

    show(SMILEY)
    assert panel.answer_label.text.startswith("unlike any digit")
    assert "softmax" in panel.answer_label.toolTip()
    height = panel.answer_label.height()
    show(lines([(70, 60), (210, 60), (120, 230)]))
    assert "7" in panel.answer_label.text
    assert not panel.answer_label.text.startswith("unlike")
    assert not panel.answer_label.toolTip()
    assert panel.answer_label.height() == height
    show([*lines([(60, 60), (60, 230)]), *lines([(200, 60), (200, 230)])])
    assert panel.answer_label.text.startswith("2 digits?")
