"""A lesson can point at every stage there can be: each operation says the letters of its own."""

import pytest

from core.explanation.chain import STAGES, Chain
from core.explanation.update import explain_update
from core.lessons.look import look_problem
from core.network.activations import ACTIVATIONS
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.small_data import small_dataset

LAYERS = "conv 2 5x5, norm, pool 2, dropout 0.2, 8, norm, dropout 0.1, 10"


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_letters_of_all_stages_are_those_that_operations_tell(activation):
    trainer = Trainer(Recipe(TrainingConfig(layers=LAYERS, activation=activation, batch_size=8)), small_dataset(40, 0))
    state = trainer.initial_state()
    chain = Chain(explain_update(trainer, state))
    layout = state.parameters.layout
    told = {letter for operation in layout.operations for letter in STAGES[type(operation)].letters}
    # The last is the update; the image, the probabilities and the loss have no number.
    assert {stage.letter for stage in chain.stages[:-1]} - {"x", "p", "loss"} == told
    digits = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
    assert [
        name for stage in chain.stages[:-1] if look_problem(name := f"microscope:{stage.symbol.translate(digits)}")
    ] == []
