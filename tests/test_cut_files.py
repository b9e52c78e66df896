"""Files with cuts: what is damaged in them is refused with one sentence, and files without stay as they were."""

import json

import numpy as np
import pytest

from core.errors import RecipeFileError
from core.files import recipe_file
from core.files.recipe_file import load_recipe, recipe_file_of, save_recipe
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.cuts import Cut, float_bytes
from core.training.recipe import Recipe
from tests.small_data import small_pair


@pytest.fixture
def saved(tmp_path):
    run = Run(Recipe(TrainingConfig(hidden=(8,), batch_size=100, epochs=2)), small_pair(), name="Run 1", test_share=0)
    save_recipe(tmp_path / "plain.json", recipe_file_of(run, run.snapshot()))
    run.cut(Cut(kind="paint", layer=1, unit=2, weights=float_bytes(np.zeros(784, np.float32))))
    run.cut(Cut(kind="set", layer=2, unit=5, source=1, value=0.25))
    save_recipe(tmp_path / "cut.json", recipe_file_of(run, run.snapshot()))
    return tmp_path


def test_only_a_recipe_with_cuts_needs_the_new_version(saved):
    plain, cut = (json.loads((saved / name).read_text()) for name in ("plain.json", "cut.json"))
    assert (plain["version"], cut["version"]) == (1, 2)
    assert "cuts" not in json.dumps(plain)


def test_a_program_that_knows_no_cuts_says_so_in_one_sentence(saved, monkeypatch):
    monkeypatch.setattr(recipe_file, "VERSION", 1)
    with pytest.raises(RecipeFileError, match=r"^cut.json: it was saved by a newer version of the program"):
        load_recipe(saved / "cut.json")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"value": 1e39}, r"events\[0\].cuts\[1\].value is '1e\+39'; expected a number from"),
        ({"value": float("nan")}, r"cuts\[1\].value is 'nan'"),
        ({"value": 10**400}, r"cuts\[1\].value is '1000"),
        ({"value": True}, r"cuts\[1\].value is 'True'"),
        ({"kind": "melt"}, "'melt' is no way to change a unit"),
        ({"kind": 5}, "kind is '5'; expected a text"),
        ({"layer": 0}, "layer is '0'"),
        ({"layer": 3}, "no layer 3"),
        ({"unit": 10}, "no unit 10"),
        ({"source": 8}, "no input 8"),
        ({"held": "yes"}, "held is 'yes'; expected true or false"),
        ({"before": "?"}, r"before is '\?'; expected base64"),
        ({"before": "AAA="}, "no finite numbers of 4 bytes"),
        ({"before": "AADAfw=="}, "no finite numbers of 4 bytes"),
        ({"color": 1}, "holds events.*color, which this version does not know"),
    ],
)
def test_a_cut_that_makes_no_sense_is_refused(saved, change, sentence):
    values = json.loads((saved / "cut.json").read_text())
    values["events"][0]["cuts"][1] |= change
    (saved / "changed.json").write_text(json.dumps(values))
    with pytest.raises(RecipeFileError, match=f"^changed.json: .*{sentence}"):
        load_recipe(saved / "changed.json")


def test_cuts_that_are_no_cuts_are_refused(saved):
    values = json.loads((saved / "cut.json").read_text())
    values["events"][0]["cuts"] = [5]
    (saved / "changed.json").write_text(json.dumps(values))
    with pytest.raises(RecipeFileError, match=r"events\[0\].cuts\[0\] is no cut"):
        load_recipe(saved / "changed.json")
