"""Files that once went wrong, made from MNIST: each is read as the digits it holds, and what was done is told."""

import pytest

from core.data.data_sources import load_pair, load_test
from core.files.shipped_models import load_shipped_model
from core.training.evaluation import evaluate


@pytest.fixture(scope="module")
def network():
    return load_shipped_model("drawing").network


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("comma_at_line_end.csv.gz", None),
        ("emnist-digits-test.csv.gz", "The images lay with rows and columns exchanged: turned upright."),
        ("inverted.csv.gz", "The images were dark on light: inverted."),
        ("labels_1_to_10.csv.gz", "The labels are 1 to 10: 10 stands for 0."),
        ("labels_last.csv.gz", "The labels are in the last column."),
        ("labels_last_test.csv.gz", "The labels are in the last column."),
        ("only_sevens.csv.gz", "All labels are 7: a network that always answers so would be right every time."),
        ("pixels_0_or_1.csv.gz", "The pixels are 0 or 1; scaled to 0 to 255."),
        ("pixels_as_fractions.csv.gz", "The pixels are fractions from 0 to 1; scaled to 0 to 255."),
        ("row_numbers_first.csv.gz", "Column 1 only counts the rows and is passed over."),
        ("separator_line.csv", None),
        ("x_train_y_train.npz", None),
    ],
)
def test_the_network_reads_nearly_all(shared_folder, network, name, note):
    path = shared_folder / "findings" / "files" / name
    if not path.exists():
        pytest.skip(f"no {path.name} beside the checkout")
    data = load_test(path)
    assert evaluate(network, data).accuracy >= 0.95
    assert note is None or note in data.notes


def test_both_sets_of_keras_archive(shared_folder, network):
    path = shared_folder / "findings" / "files" / "x_train_y_train.npz"
    if not path.exists():
        pytest.skip(f"no {path.name} beside the checkout")
    pair = load_pair(path)
    assert (len(pair.train), len(pair.test)) == (60, 30)
    assert evaluate(network, pair.train).accuracy >= 0.95
