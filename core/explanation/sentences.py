"""One plain sentence for every stage of an update, without symbols, around the number that is being looked at."""

from core.explanation.stages import Cell, Stage, StageKind, parameter_index, values
from core.explanation.terms import Terms, unit_name
from core.explanation.update import UpdateExplanation
from core.text.number_text import number, percent

GUESSING = "2.303 is what guessing costs"


def batch_sentence(explanation: UpdateExplanation, stage: Stage) -> str:
    """Say what a stage shows that has one row for each picture of the batch."""
    array = values(explanation, stage, None)
    shown, size = len(array), explanation.batch_size
    which = (
        f"{_all_pictures(size).capitalize()} of the batch"
        if shown == size
        else f"{shown:,} of the batch's {size:,} pictures"
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
            return f"{which}, one row each. {percent(explanation.accuracy, 0)} of the batch are answered right."
        case StageKind.SUM_GRADIENT | StageKind.ACTIVATION_GRADIENT:
            return f"{which}, one row each. Rows that are nearly blank are pictures with little left to learn from."
        case _:
            return f"{which}, one row each, one column for each unit. Point at a cell to see its terms."


def sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    """Say what one number of a stage means; ``terms`` are those of that number."""
    return _SENTENCES[stage.kind](explanation, stage, cell, example, terms)


def _unit(explanation: UpdateExplanation, stage: Stage, cell: Cell) -> str:
    return unit_name(explanation.layer_sizes, stage.axes[-1], cell[-1])


def _all_pictures(count: int) -> str:
    return "the only picture" if count == 1 else f"all {count:,} pictures"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _input_sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    assert example is not None
    pixels = values(explanation, stage, example)
    label = explanation.labels[explanation.row(example)]
    return (
        f"A handwritten {label} as the network sees it: 784 numbers from 0 (paper) to 1 (ink), "
        f"{int((pixels > 0).sum())} of them above 0. This one is {_unit(explanation, stage, cell)}."
    )


def _sum_sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    what = "pixel" if stage.layer == 0 else "activation of the layer before"
    unit = _unit(explanation, stage, cell)
    is_output = stage.axes[-1] == len(explanation.layer_sizes) - 1
    use = f"the more speaks for {unit}" if is_output else "the better all that fits what it looks for"
    return f"{_capital(unit)} adds up every {what} times a weight, and its bias. The larger the sum, {use}."


def _activation_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    unit = _unit(explanation, stage, cell)
    if explanation.config.activation != "relu":
        low = "−1" if explanation.config.activation == "tanh" else "0"
        return (
            f"{_capital(unit)} squeezes its sum into the range from {low} to 1: far from 0, more of it hardly counts."
        )
    state = "is on and passes its sum on" if terms.value > 0 else "is off: its sum is not above 0, so it passes on 0"
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
        return f"The ten sums become shares of 100 %. The {label} gets most, {share}: right."
    return (
        f"The ten sums become shares of 100 %. The {winner} gets most, {percent(float(probabilities[winner]))}; "
        f"the truth, {label}, gets {percent(float(probabilities[label]))}."
    )


def _loss_sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    if example is None:
        return (
            f"The mean over {_all_pictures(explanation.batch_size)} is the one number that training makes smaller; "
            f"{GUESSING}."
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
            state = "is off" if explanation.config.activation == "relu" else "stands where its activation is flat"
            return f"{_capital(unit)} {state} for this picture, so nothing it does changes the loss: no blame passes."
        return f"What arrives at {unit} times the slope of its activation: how the loss changes with its sum."
    if terms.value == 0:
        wish = "exactly what it should: its sum may stay"
    else:
        wish = "too much: its sum is to fall" if terms.value > 0 else "too little: its sum is to rise"
    size = explanation.batch_size
    mean = f"; the loss is a mean over {_all_pictures(size)}, hence the division by m" if size > 1 else ""
    return f"Probability minus truth. {_capital(unit)} got {wish}{mean}."


def _weight_gradient_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    source = unit_name(explanation.layer_sizes, stage.layer, cell[0])
    unit = _unit(explanation, stage, cell)
    if example is None:
        return (
            f"All pictures of the batch added up: were the weight from {source} to {unit} larger, the loss would "
            f"{_rise(terms.value)}."
        )
    if terms.value == 0 and terms.multipliers[0][1] == 0:
        return f"Nothing came in from {source}, so this picture has nothing to say about the weight to {unit}."
    return (
        f"What came from {source} times the gradient at {unit}: this picture's part of the batch's gradient. "
        f"With more weight its loss would {_rise(terms.value)}."
    )


def _bias_gradient_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    unit = _unit(explanation, stage, cell)
    whose = "all pictures of the batch added up" if example is None else "this picture's part of the batch's gradient"
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
        f"Blame flows back through the weights it came by: every unit that {_unit(explanation, stage, cell)} feeds "
        "sends its own gradient back, times the weight between them."
    )


def _mask_sentence(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms) -> str:
    unit = _unit(explanation, stage, cell)
    if explanation.config.activation != "relu":
        return f"How steep the activation is where {unit} stands: flat places let little of the gradient through."
    state = "was on, so its gradient passes unchanged" if terms.value else "was off, so its gradient stops here"
    return f"ReLU works like a switch: {unit} {state}."


def _update_sentence(
    explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None, terms: Terms
) -> str:
    change = terms.value - float(terms.products[0])
    what = "weight" if stage.kind is StageKind.WEIGHT_UPDATE else "bias"
    moves = f"{'rises' if change > 0 else 'falls'} by {number(abs(change))}" if change else "stays"
    gradient = float(explanation.gradient.vector[parameter_index(explanation.layer_sizes, stage, cell)])
    carried = sum(part for name, part in zip(terms.labels, terms.products, strict=True) if "old" not in name)
    if change * gradient < 0:
        moves += ", against its gradient"
    elif carried * gradient > 0:
        moves += ", along its gradient: earlier updates still carry it"
    loss, after = explanation.loss, explanation.loss_after
    if after == loss:
        effect = f"stays at {number(loss)}"
    else:
        effect = f"{'falls' if after < loss else 'rises'} from {number(loss)} to {number(after)}"
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
