"""What a gradient check found, in words."""

import numpy as np

from core.network.gradient_check import GradientCheck, Verdict
from core.text.number_text import number


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
