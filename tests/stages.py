"""Stages of an update by their symbols, as one can type them: "dW1" is dW₁."""

from core.explanation.chain import Chain
from core.explanation.stage import Stage
from core.explanation.update import UpdateExplanation, network_of
from tests.by_layer import ByLayer, by_layer

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def symbol(name: str) -> str:
    return name.translate(_SUBSCRIPTS)


def stage_of(explanation: UpdateExplanation, name: str) -> Stage:
    chain = Chain(explanation)
    return next(each for each in (*chain.stages[:-1], *chain.updates) if each.symbol == symbol(name))


def all_stages(explanation: UpdateExplanation) -> list[Stage]:
    """The chain, with the update of every array of parameters at its end."""
    chain = Chain(explanation)
    return [*chain.stages[:-1], *chain.updates]


def layers_of(explanation: UpdateExplanation) -> ByLayer:
    return by_layer(network_of(explanation), explanation.passes)
