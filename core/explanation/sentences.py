"""One plain sentence for every stage of an update, without symbols, around the number that is being looked at."""

from core.explanation.stages import Cell, Stage, StageKind, parameter_index, values
from core.explanation.terms import Terms, unit_name
from core.explanation.update import UpdateExplanation
from core.text.number_text import number, numbers_apart, percent

GUESSING = "guessing costs 2.303 (ln 10 nats)"

SOFTMAX = "Softmax turns the ten logits into probabilities that add up to 100 %."


def batch_sentence(explanation: UpdateExplanation, stage: Stage) -> str:
    """Say what a stage shows that has one row for each image of the batch."""
    array = values(explanation, stage, None)
    shown, size = len(array), explanation.batch_size
    which = (
        f"{_all_images(size).capitalize()} of the batch"
        if shown == size
        else f"{shown:,} of the batch's {size:,} images"
    )
    match stage.kind:
        case StageKind.INPUT:
            return f"{which}, each as 784 numbers from 0 (paper) to 1 (ink)."
        case StageKind.ACTIVATION if explanation.config.activation == "relu":
            silent = int((array == 0).all(axis=0).sum())
            dead = f" {silent} of {array.shape[1]} units are off for all of them." if silent else ""
            return (
                f"{which}, one row each: {percent(float((array > 0).mean()), 0)} of the activations are above 0.{dead}"
            )
        case StageKind.SOFTMAX:
            return f"{which}, one row each. Accuracy on the batch: {percent(explanation.accuracy, 0)}."
        case StageKind.SUM_GRADIENT | StageKind.ACTIVATION_GRADIENT:
            return f"{which}, one row each. Rows that are nearly blank are images with little left to learn from."
        case _:
            return f"{which}, one row each, one column for each unit. Point at a cell to see its terms."


def sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    """Say what one number of a stage means; ``terms`` are those of that number."""
    return _SENTENCES[stage.kind](explanation, stage, cell, example, terms)


def _unit(explanation: UpdateExplanation, stage: Stage, cell: Cell) -> str:
    return unit_name(explanation.layer_sizes, stage.axes[-1], cell[-1])


def _all_images(count: int) -> str:
    return "the only image" if count == 1 else f"all {count:,} images"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _input_sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    assert example is not None
    pixels = values(explanation, stage, example)
    label = explanation.labels[explanation.row(example)]
    return (
        f"An image of a {label} as the network sees it: 784 numbers from 0 (paper) to 1 (ink), "
        f"{int((pixels > 0).sum())} of them above 0. This one is {_unit(explanation, stage, cell)}."
    )


def _sum_sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    what = "pixel" if stage.layer == 0 else "activation of the layer before"
    unit = _unit(explanation, stage, cell)
    is_output = stage.axes[-1] == len(explanation.layer_sizes) - 1
    name = "logit" if is_output else "pre-activation"
    image = "image" if stage.layer == 0 else "input"
    use = f"the more speaks for {unit}" if is_output else f"the better the {image} fits this unit's weights"
    return f"{_capital(unit)} adds up every {what} times a weight, and its bias: its {name}. The larger it is, {use}."


def _activation_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    unit = _unit(explanation, stage, cell)
    if explanation.config.activation != "relu":
        low = "−1" if explanation.config.activation == "tanh" else "0"
        return (
            f"{_capital(unit)} squeezes its pre-activation into the range from {low} to 1: far from 0, more of it "
            "hardly counts."
        )
    state = (
        "is on and passes its pre-activation on"
        if terms.value > 0
        else "is off: its pre-activation is not above 0, so it passes on 0"
    )
    return f"ReLU lets what is above 0 through and nothing else. {_capital(unit)} {state}."


def _softmax_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    assert example is not None
    row = explanation.row(example)
    probabilities, label = explanation.probabilities[row], int(explanation.labels[row])
    winner = int(probabilities.argmax())
    if winner == label:
        share = percent(float(probabilities[label]))
        return f"{SOFTMAX} The {label} gets most, {share}: right."
    return (
        f"{SOFTMAX} The {winner} gets most, {percent(float(probabilities[winner]))}; "
        f"the truth, {label}, gets {percent(float(probabilities[label]))}."
    )


def _loss_sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    if example is None:
        return (
            f"The mean loss over {_all_images(explanation.batch_size)}: the number that this update tries to make "
            f"smaller; {GUESSING}."
        )
    row = explanation.row(example)
    share = percent(float(explanation.probabilities[row, explanation.labels[row]]))
    return f"How surprised the network is by the truth, to which it gave {share}: 0 is certain and right, {GUESSING}."


def _sum_gradient_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    unit = _unit(explanation, stage, cell)
    if stage.axes[-1] < len(explanation.layer_sizes) - 1:
        if terms.factor == 0:
            state = (
                "is off" if explanation.config.activation == "relu" else "stands where its activation function is flat"
            )
            return (
                f"{_capital(unit)} {state} for this image, so a small change of its pre-activation changes nothing: "
                "its gradient is 0."
            )
        return (
            f"The gradient at the activation of {unit} times the derivative of its activation function: how the loss "
            "changes with its pre-activation."
        )
    if terms.value == 0:
        wish = "exactly the probability it should: its logit may stay"
    else:
        wish = (
            "too high a probability: a lower logit makes the loss smaller"
            if terms.value > 0
            else "too low a probability: a higher logit makes the loss smaller"
        )
    size = explanation.batch_size
    mean = f"; the loss is a mean over {_all_images(size)}, hence the division by m" if size > 1 else ""
    return f"Probability minus truth. {_capital(unit)} got {wish}{mean}."


def _weight_gradient_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    source = unit_name(explanation.layer_sizes, stage.layer, cell[0])
    unit = _unit(explanation, stage, cell)
    if example is None:
        return (
            f"All images of the batch added up: were the weight from {source} to {unit} larger, the loss would "
            f"{_rise(terms.value)}."
        )
    if terms.value == 0 and terms.multipliers[0][1] == 0:
        return f"Nothing came in from {source}, so for this image the gradient of the weight to {unit} is 0."
    return (
        f"What came from {source} times the gradient at {unit}: this image's part of the batch's gradient. "
        f"With more weight its loss would {_rise(terms.value)}."
    )


def _bias_gradient_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    unit = _unit(explanation, stage, cell)
    whose = "all images of the batch added up" if example is None else "this image's part of the batch's gradient"
    return (
        f"A bias is a weight whose input is always 1: {whose}. Were the bias of {unit} larger, the loss would "
        f"{_rise(terms.value)}."
    )


def _rise(gradient: float) -> str:
    return "rise" if gradient > 0 else "fall" if gradient < 0 else "stay the same"


def _activation_gradient_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    return (
        f"The gradient flows back through the same weights: every unit that {_unit(explanation, stage, cell)} feeds "
        "sends its own gradient back, times the weight between them, and these products are added up."
    )


def _mask_sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    unit = _unit(explanation, stage, cell)
    if explanation.config.activation != "relu":
        return (
            f"How steep the activation function is where {unit} stands: where it is flat, little of the gradient "
            "passes."
        )
    state = "was on, so its gradient passes unchanged" if terms.value else "was off, so its gradient stops here"
    return f"ReLU works like a switch: {unit} {state}."


def _update_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    change = terms.value - float(terms.products[0])
    what = "weight" if stage.kind is StageKind.WEIGHT_UPDATE else "bias"
    moves = f"{'rises' if change > 0 else 'falls'} by {number(abs(change))}" if change else "stays"
    gradient = float(explanation.gradient.vector[parameter_index(explanation.before.layout, stage, cell)])
    carried = sum(part for name, part in zip(terms.labels, terms.products, strict=True) if "old" not in name)
    if change * gradient < 0:
        moves += ", against its gradient"
    elif carried * gradient > 0:
        moves += ", along its gradient: earlier updates still carry it"
    loss, after = explanation.loss, explanation.loss_after
    if after == loss:
        effect = f"stays at {number(loss)}"
    else:
        before, behind = numbers_apart(loss, after)
        effect = f"{'falls' if after < loss else 'rises'} from {before} to {behind}"
    return f"The {what} {moves}. With all parameters moved, the loss of this batch {effect}."


_SENTENCES = {
    StageKind.INPUT: _input_sentence,
    StageKind.SUM: _sum_sentence,
    StageKind.ACTIVATION: _activation_sentence,
    StageKind.SOFTMAX: _softmax_sentence,
    StageKind.LOSS: _loss_sentence,
    StageKind.SUM_GRADIENT: _sum_gradient_sentence,
    StageKind.WEIGHT_GRADIENT: _weight_gradient_sentence,
    StageKind.BIAS_GRADIENT: _bias_gradient_sentence,
    StageKind.ACTIVATION_GRADIENT: _activation_gradient_sentence,
    StageKind.MASK: _mask_sentence,
    StageKind.WEIGHT_UPDATE: _update_sentence,
    StageKind.BIAS_UPDATE: _update_sentence,
}
