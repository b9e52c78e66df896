"""How softmax and cross-entropy are explained: probabilities, the loss, and the gradient with which all begins."""

from dataclasses import dataclass
from math import log

import numpy as np

from core.explanation.parts import OperationStages, Site
from core.explanation.stage import Cell, GradientStage, Stage, all_images, capital, doubles
from core.explanation.terms import Terms, Working
from core.network.arrays import Floats
from core.text.number_text import percent

IMAGE_LOSS, BATCH_LOSS = "ℓ", "L"
"""Symbols of the loss: of one image, and the mean over the batch, whose gradient the backward pass works out."""

GUESSING = "guessing costs 2.303 (ln 10 nats)"

_SOFTMAX = "Softmax turns the ten logits into probabilities that add up to 100 %."


@dataclass(frozen=True, eq=False)
class _Probabilities(Stage):
    """p: ten numbers above 0 that add up to 1."""

    letter = symbol = "p"
    name = "probabilities, by softmax"

    def rows(self) -> Floats:
        return self.work.output

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (digit,), name = cell, self.sources[0].symbol
        z = doubles(self.work.input[row])
        exponentials = np.exp(z - z.max())
        return self.make_terms(
            cell,
            f"e^({name}[{digit}] − max) / Σₖ e^({name}[k] − max)",
            self.value(cell, row),
            exponentials,
            self.units.labels,
            over=self.units.kind,
            factors=((name, z),),
            multipliers=((f"e^({name}[{digit}] − max)", float(exponentials[digit])),),
            divides=True,
            meaning="max is the largest of the logits, {max}; taken away from all, it changes no probability.",
            term=f"e^({name} − max)",
        )

    def legend(self) -> list[str]:
        return [
            f"z{self.n}[k]: logit of {self.units.kind} k, its pre-activation in the last layer",
            "e = 2.718…: e to any power is above 0, and grows fast with it",
            "max: the largest of the ten logits",
            f"Σₖ: sum over the ten {self.units.several}",
            *self.units.numbering,
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        assert example is not None
        probabilities, label = self.values(example), int(self.explanation.labels[self.explanation.row(example)])
        winner = int(probabilities.argmax())
        most, for_truth = (percent(float(probabilities[digit])) for digit in (winner, label))
        best, truth = capital(self.units.name(winner)), self.units.name(label)
        if winner == label:
            return f"{_SOFTMAX} {best} gets most, {most}: right."
        return f"{_SOFTMAX} {best} gets most, {most}; the truth, {truth}, gets {for_truth}."

    def batch_rule(self) -> str:
        return f"p = e^z{self.n} / Σ e^z{self.n}"

    def batch_sentence(self) -> str:
        return f"{self.which}, one row each. Accuracy on the batch: {percent(self.explanation.accuracy, 0)}."


@dataclass(frozen=True, eq=False)
class _Loss(Stage):
    """How wrong the network is: of an image, and the mean over the batch."""

    letter = symbol = "loss"
    name = "cross-entropy, ℓ of an image and L of the batch"
    is_by_image = False

    def values(self, example: int | None) -> Floats:
        return self.explanation.losses if example is None else self.explanation.losses[example : example + 1]

    def terms(self, cell: Cell, example: int | None) -> Terms:
        return super().terms(cell, example) if example is not None else self._mean_terms()

    def image_terms(self, cell: Cell, row: int) -> Terms:
        z, label = doubles(self.work.input[row]), int(self.explanation.labels[row])
        loss = float(np.log(np.exp(z - z.max()).sum()) + z.max() - z[label])
        # In float32 the probability of a truth that is ruled out altogether is 0, and its logarithm no number.
        working = Working("−ln {0}", (float(np.exp(-loss)),), lambda p: -log(p))
        rule, value = f"−ln p[{label}]", float(self.explanation.losses[self.explanation.first + row])
        return self.make_terms(cell, rule, value, [loss], (rule,), working=working, symbol=IMAGE_LOSS)

    def _mean_terms(self) -> Terms:
        losses, m = doubles(self.explanation.losses), self.explanation.batch_size
        return self.make_terms(
            (),
            "(Σ over the images of ℓ) / m",
            self.explanation.loss,
            losses,
            tuple(str(example + 1) for example in range(len(losses))),
            symbol=BATCH_LOSS,
            over="image",
            multipliers=(("1/m", 1 / m),),
            working=Working(f"{{0}} / {m:,}", (float(losses.sum()),), lambda total: total / m),
            meaning="ℓ of an image: −ln of the probability that its label gets",
        )

    def legend(self) -> list[str]:
        size, classes = self.explanation.batch_size, self.sources[0].units
        return [
            f"{IMAGE_LOSS}: loss of one image, in nats",
            f"{BATCH_LOSS} = Σ{IMAGE_LOSS} / m: loss of the batch, the mean over its {size:,} images",
            f"p[k]: probability of {classes.kind} k",
            f"ln: natural logarithm; guessing among ten {classes.several} costs ln 10 = 2.303 nats",
            *classes.numbering,
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        if example is None:
            mean = f"The mean loss over {all_images(self.explanation.batch_size)}"
            return f"{mean}: the number that this update tries to make smaller; {GUESSING}."
        row = self.explanation.row(example)
        share = percent(float(self.work.output[row, self.explanation.labels[row]]))
        surprise = f"How surprised the network is by the truth, to which it gave {share}"
        return f"{surprise}: 0 is certain and right, {GUESSING}."


@dataclass(frozen=True, eq=False)
class _LogitGradient(GradientStage):
    """dz of the last layer: probability minus truth."""

    letter = "dz"
    name = "gradient of L by the logits"

    @property
    def line(self) -> str:
        rate = f"how fast L, the mean loss of the batch, rises with the logit of {self.units.kind} j"
        return f"dz{self.n}[j] = ∂L/∂z{self.n}[j]: {rate}"

    def rows(self) -> Floats:
        return self.work.d_input

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (digit,), m = cell, self.explanation.batch_size
        p, y = (float(rows[row, digit]) for rows in (self.work.output, self.explanation.targets))
        return self.make_terms(
            cell,
            f"(p[{digit}] − y[{digit}]) / m",
            self.value(cell, row),
            [p, -y],
            (f"p[{digit}]", f"−y[{digit}]: {'the truth' if y else 'not the truth'}"),
            multipliers=(("1/m", 1 / m),),
            working=Working(f"({{0}} − {y:.0f}) / {m:,}", (p,), lambda p: (p - y) / m),
        )

    def legend(self) -> list[str]:
        return [
            self.line,
            f"p[j]: probability of {self.units.kind} j",
            "y[j]: 1 for what the label says, 0 for the others",
            f"m = {self.explanation.batch_size:,}: images in the batch",
            "Multiplied out, the derivatives of −ln and softmax leave exactly this difference.",
            *self.units.numbering,
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        verdict, size = "exactly the probability it should: its logit may stay", self.explanation.batch_size
        if terms.value > 0:
            verdict = "too high a probability: a lower logit makes the loss smaller"
        elif terms.value:
            verdict = "too low a probability: a higher logit makes the loss smaller"
        mean = f"; the loss is a mean over {all_images(size)}, hence the division by m" if size > 1 else ""
        return f"Probability minus truth. {capital(self.unit(cell))} got {verdict}{mean}."

    def batch_rule(self) -> str:
        return f"dz{self.n} = (p − y) / m"


def _forward(site: Site) -> tuple[Stage, ...]:
    z, here = site.incoming, (site.explanation, site.place, site.incoming.number)
    p = _Probabilities(*here, z.axes, (z,))
    return p, _Loss(*here, (), (p,))


def _backward(site: Site, loss: Stage, p: Stage) -> tuple[Stage, ...]:
    z = site.incoming
    return (_LogitGradient(site.explanation, site.place, z.number, z.axes, (p,)),)


STAGES = OperationStages(_forward, _backward, ())
