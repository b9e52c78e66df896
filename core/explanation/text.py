"""Every stage of an update in words: its name, its formula with the real numbers in it, and one plain sentence."""

from dataclasses import dataclass

import numpy as np

from core.explanation.legend import chain_rule, legend
from core.explanation.sentences import batch_sentence, sentence
from core.explanation.stages import Cell, Stage, StageKind, inputs_symbol, sources_of, subscript, symbol
from core.explanation.term_finder import terms_of
from core.explanation.update import UpdateExplanation
from core.explanation.worked_terms import WorkedTerms
from core.network.gradient_check import GradientCheck, Verdict
from core.text.number_text import number


@dataclass(frozen=True)
class StageText:
    """What is said of a stage.

    Attributes
    ----------
    title : str
        Symbol and name.
    formula : str
        How the chosen number is made, with numbers.
    sentence : str
        What that means, without symbols.
    chain_rule : str
        The link of the chain rule that the stage adds; "" before the backward pass.
    legend : str
        What the symbols of the formula stand for, one a line.
    """

    title: str
    formula: str
    sentence: str
    chain_rule: str
    legend: str


def describe(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None) -> StageText:
    """Put a stage into words, around one of its numbers.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    stage : Stage
        One of its stages.
    cell : Cell
        The number that the formula is about.
    example : int or None
        An image of the batch, or None for the batch as a whole.
    """
    title = stage_title(explanation, stage)
    link = chain_rule(stage, len(explanation.layer_sizes) - 1)
    meanings = legend(explanation, stage)
    if example is None and _is_by_image(stage):
        rule = _batch_rule(explanation, stage)
        return StageText(title, rule, batch_sentence(explanation, stage), link, meanings)
    terms = terms_of(explanation, stage, cell, example)
    said = sentence(explanation, stage, cell, example, terms)
    return StageText(title, WorkedTerms(terms).formula, said, link, meanings)


def stage_title(explanation: UpdateExplanation, stage: Stage) -> str:
    """Return symbol, name and size of a stage, such as "z₁: pre-activations (10)"."""
    activation = explanation.config.activation
    is_slope = stage.kind is StageKind.MASK and activation != "relu"
    name = "derivative of the activation" if is_slope else _NAMES[stage.kind]
    if stage.layer == len(explanation.layer_sizes) - 2:
        name = name.replace("pre-activations", "logits")
    size = " × ".join(f"{explanation.layer_sizes[axis]:,}" for axis in stage.axes)
    return f"{symbol(stage, activation)}: {name}" + (f" ({size})" if size else "")


def stage_tip(explanation: UpdateExplanation, stage: Stage) -> str:
    """Return the title of a stage and what it is made of, such as "…; made of x and dz₁"."""
    sources = sources_of(stage, len(explanation.layer_sizes) - 1)
    made_of = " and ".join(symbol(source, explanation.config.activation) for source in sources)
    return stage_title(explanation, stage) + (f"; made of {made_of}" if made_of else "")


def describe_check(check: GradientCheck) -> str:
    """Say in one sentence what a gradient check found."""
    match check.verdict:
        case Verdict.AGREES:
            return "The two agree: backpropagation is right here."
        case Verdict.DIFFERS:
            return "The two differ by more than rounding explains: the backward pass has a bug."
        case Verdict.AT_KINK:
            return "The nudge switches a ReLU on or off, so the loss has a kink here and the check can say nothing."
        case Verdict.NOT_FINITE:
            return "The loss is no finite number any more; training has diverged."


def describe_checks(checks: list[GradientCheck]) -> str:
    """Say in one sentence what the check of several parameters found."""
    counts = {verdict: sum(check.verdict is verdict for check in checks) for verdict in Verdict}
    largest = max((abs(check.numeric - check.analytic) for check in checks if np.isfinite(check.numeric)), default=0.0)
    nothing = sum(check.says_nothing for check in checks)
    text = f"{counts[Verdict.AGREES] - nothing} of {len(checks)} agree; the largest difference is {number(largest, 2)}"
    if nothing:
        text += f"; {nothing} say nothing, for both numbers are 0"
    if counts[Verdict.DIFFERS]:
        text += f"; {counts[Verdict.DIFFERS]} differ: the backward pass has a bug"
    if counts[Verdict.AT_KINK]:
        text += f"; {counts[Verdict.AT_KINK]} at a kink of ReLU, where the check can say nothing"
    if counts[Verdict.NOT_FINITE]:
        text += f"; {counts[Verdict.NOT_FINITE]} not finite: training has diverged"
    return text + "."


_NAMES = {
    StageKind.INPUT: "the image",
    StageKind.SUM: "pre-activations",
    StageKind.ACTIVATION: "activations",
    StageKind.SOFTMAX: "probabilities, by softmax",
    StageKind.LOSS: "cross-entropy, ℓ of an image and L of the batch",
    StageKind.SUM_GRADIENT: "gradient of L by the pre-activations",
    StageKind.WEIGHT_GRADIENT: "gradient of L by the weights",
    StageKind.BIAS_GRADIENT: "gradient of L by the biases",
    StageKind.ACTIVATION_GRADIENT: "gradient of L by the activations",
    StageKind.MASK: "ReLU mask",
    StageKind.WEIGHT_UPDATE: "update of the weights",
    StageKind.BIAS_UPDATE: "update of the biases",
}


def _is_by_image(stage: Stage) -> bool:
    return stage.kind is not StageKind.LOSS and stage.has_examples and stage.kind not in _SUMMED


_SUMMED = (StageKind.WEIGHT_GRADIENT, StageKind.BIAS_GRADIENT)


def _batch_rule(explanation: UpdateExplanation, stage: Stage) -> str:
    """Return the rule for all images at once; matrix products with the shapes of what is multiplied."""
    layer, sizes, m = stage.layer + 1, explanation.layer_sizes, explanation.batch_size
    n, after = subscript(layer), subscript(layer + 1)
    incoming = inputs_symbol(stage.layer)
    activation = explanation.config.activation
    mask = symbol(Stage(StageKind.MASK, stage.layer), activation)
    a = f"a{n}"
    if stage.kind is StageKind.SUM:
        inputs, units = sizes[stage.layer], sizes[layer]
        product = f"{incoming} {_shape(m, inputs)} · W{n} {_shape(inputs, units)}"
        return f"z{n} {_shape(m, units)} = {product} + b{n} {_shape(units)}"
    if stage.kind is StageKind.ACTIVATION_GRADIENT:
        units, following = sizes[layer], sizes[layer + 1]
        product = f"dz{after} {_shape(m, following)} · W{after}ᵀ {_shape(following, units)}"
        return f"da{n} {_shape(m, units)} = {product}"
    if stage.kind is StageKind.SUM_GRADIENT:
        return f"dz{n} = " + ("(p − y) / m" if layer == len(sizes) - 1 else f"da{n} · {mask}, cell by cell")
    slopes = {"relu": f"1 where {a} > 0, else 0", "tanh": f"1 − {a}²", "sigmoid": f"{a} · (1 − {a})"}
    functions = {"relu": f"max(0, z{n})", "tanh": f"tanh(z{n})", "sigmoid": f"1 / (1 + e^(−z{n}))"}
    return {
        StageKind.INPUT: "x = ink / 255",
        StageKind.ACTIVATION: f"{a} = {functions[activation]}",
        StageKind.SOFTMAX: f"p = e^z{n} / Σ e^z{n}",
        StageKind.MASK: f"{mask} = {slopes[activation]}",
    }[stage.kind]


def _shape(*sizes: int) -> str:
    return f"({' × '.join(f'{size:,}' for size in sizes)})"
