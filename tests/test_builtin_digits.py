"""The digits that come with the program are what the generator makes, and a network can learn from them."""

import zipfile

import numpy as np
import pytest

from core.data.readers.idx_reader import read_idx
from core.data.synthetic import builtin_digits
from core.data.synthetic.builtin_digits import (
    TEST_SEED,
    TRAIN_SEED,
    generate_digits,
    load_builtin_digits,
    pack,
)
from core.data.synthetic.digit_shapes import ALLOGRAPHS, RARE_ALLOGRAPHS
from core.data.synthetic.handwriting import Hand, write
from core.errors import CancelledError, DataError
from core.network.network import Network
from core.training.config import TrainingConfig
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from core.training.trainer import Trainer


@pytest.fixture(scope="module")
def pair():
    return load_builtin_digits()


def test_there_are_enough_of_every_digit(pair):
    assert len(pair.train) >= 10_000
    assert len(pair.test) >= 2_000
    for dataset in (pair.train, pair.test):
        shares = np.bincount(dataset.labels, minlength=10) / len(dataset)
        assert shares.min() > 0.08


def test_they_are_called_synthetic(pair):
    assert pair.synthetic
    assert pair.train.synthetic
    assert pair.test.synthetic
    for name in (pair.name, pair.train.name, pair.test.name):
        assert "synthetic" in name


def test_no_image_is_in_both_parts(pair):
    train = {image.tobytes() for image in pair.train.images}
    assert not any(image.tobytes() in train for image in pair.test.images)


def test_they_are_prepared_as_mnist_was(pair):
    images = pair.test.images.reshape(-1, 28, 28).astype(float)
    positions = np.arange(28)
    ink = images.sum(axis=(1, 2))
    for axis in (1, 2):
        centers = images.sum(axis=axis) @ positions / ink
        # Sixteen shades move the center a little.
        assert 13.4 < centers.min() < centers.max() < 14.6
    assert (images.max(axis=(1, 2)) == 255).all()


@pytest.mark.parametrize(("part", "seed"), [("train", TRAIN_SEED), ("test", TEST_SEED)])
def test_the_file_is_what_the_generator_makes(pair, part, seed):
    shipped = getattr(pair, part)
    made = generate_digits(200, seed)
    np.testing.assert_array_equal(shipped.labels[:200], made.labels)
    # Sine and exponential differ in the last bit between processors, so a rounding may go the other allograph.
    difference = np.abs(pack(shipped.images[:200]).astype(int) - pack(made.images))
    assert np.count_nonzero(difference) <= 20
    assert difference.max() <= 1


def test_the_seed_decides_and_more_begin_with_the_same():
    few, more, other = generate_digits(20, 5), generate_digits(40, 5), generate_digits(20, 6)
    np.testing.assert_array_equal(few.images, more.images[:20])
    assert few.fingerprint != other.fingerprint
    assert few.synthetic


def test_digits_are_written_in_the_ways_asked_for():
    barred = [
        allograph for allograph in ALLOGRAPHS if allograph.name in ("bar", "crossed") or allograph.digit not in (1, 7)
    ]
    usual, rare = (generate_digits(200, 5, allographs=ways) for ways in (barred, (*ALLOGRAPHS, *RARE_ALLOGRAPHS)))
    np.testing.assert_array_equal(usual.labels, rare.labels)
    same = (usual.images == generate_digits(200, 5).images).all(axis=1)
    assert same[~np.isin(usual.labels, (1, 7))].all()
    assert not same[usual.labels == 7].all()
    rarely_written = {allograph.digit for allograph in RARE_ALLOGRAPHS}
    changed = (rare.images != generate_digits(200, 5).images).any(axis=1)
    assert set(rare.labels[changed].tolist()) == rarely_written


def test_packing_keeps_sixteen_shades():
    images = np.arange(784, dtype=np.uint8)[None, :].copy()
    unpacked = builtin_digits._unpack(pack(images))
    assert len(np.unique(unpacked)) == 16
    assert np.abs(unpacked.astype(int) - images).max() <= 8


def test_generating_tells_of_its_progress_and_can_be_cancelled():
    told = []

    def report(fraction, text):
        told.append(fraction)
        if fraction > 0.3:
            raise CancelledError

    with pytest.raises(CancelledError):
        generate_digits(1_000, 0, report)
    assert told == [0.0, 0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut off"])
def test_a_damaged_file_is_named(monkeypatch, tmp_path, content):
    file = tmp_path / "builtin_digits.npz"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(builtin_digits, "FILE", file)
    with pytest.raises(DataError, match=r"builtin_digits\.npz is missing or damaged"):
        load_builtin_digits()


def test_a_file_without_its_arrays_is_named(monkeypatch, tmp_path):
    file = tmp_path / "builtin_digits.npz"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("other.txt", "nothing")
    monkeypatch.setattr(builtin_digits, "FILE", file)
    with pytest.raises(DataError, match="missing or damaged"):
        load_builtin_digits()


def test_every_digit_is_written_in_several_ways():
    allographs = {
        digit: [allograph.name for allograph in ALLOGRAPHS if allograph.digit == digit] for digit in range(10)
    }
    assert min(len(names) for names in allographs.values()) >= 8
    assert any("slashed" in name for name in allographs[0])
    assert {"bar", "with a long upstroke", "with upstroke and foot"} <= set(allographs[1])
    assert {"open", "closed"} <= set(allographs[4])
    assert {"plain", "crossed"} <= set(allographs[7])
    assert {"with a straight stem", "curled"} <= set(allographs[9])
    assert all(any("flat-topped" in name or "separate top" in name for name in allographs[digit]) for digit in (3, 5))


def test_a_steady_hand_writes_the_shape_itself():
    steady = Hand(
        jitter=0, end_jitter=0, stroke_jitter=0, wave=0, slant=0, slant_spread=0, turn_spread=0,
        width=1, width_spread=0, balance_spread=0, pen=0.1, pen_spread=0,
    )  # fmt: skip
    for allograph in (*ALLOGRAPHS, *RARE_ALLOGRAPHS):
        strokes, pen = write(allograph, steady, np.random.default_rng(0))
        assert pen == 0.1
        for stroke, points in zip(strokes, allograph.strokes, strict=True):
            distances = np.linalg.norm(stroke[:, None] - points[None], axis=2)
            assert distances.min(axis=0).max() < 1e-9, "the curve passes through every point of the shape"
            np.testing.assert_allclose(stroke[[0, -1]], points[[0, -1]], atol=1e-9)


def test_a_network_that_saw_them_alone_reads_mnist(pair, shared_folder):
    config = TrainingConfig(hidden=(128,), optimizer="adam", learning_rate=1e-3, schedule="cosine", epochs=4)
    trainer = Trainer(Recipe(config), pair.train)
    state = trainer.initial_state()
    for _ in range(trainer.plan.total_updates):
        trainer.step(state)
    mnist = read_idx(shared_folder / "mnist" / "t10k-images-idx3-ubyte.gz")
    assert evaluate(Network(state.parameters), mnist).accuracy > 0.8
