"""Why this answer: the difference of two logits, taken apart into pixels, hidden units and biases."""

from math import exp, log
from operator import add, mul

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.explanation.answer import read_answer
from core.explanation.evidence import Evidence, find_evidence, terms_through, unit_terms
from core.network.dense import Dense
from core.network.network import Network, hidden_layers
from core.network.nonlinearity import Nonlinearity
from core.network.unit_layers import layer_of
from core.text.agreement import agree, read
from core.text.number_text import number
from gui.look.follow_font import follow_font
from gui.look.formatting import MINUS
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.drawing.class_box import ClassBox
from gui.widgets.drawing.evidence_image import EvidenceImage
from gui.widgets.drawing.reading import Reading
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.weights.unit_bars import UnitBars

_ROWS = 4
_FOLLOW = "auto"
_LINES = 5
"""Of the sentence, in a narrow column."""
_DIGITS, _MOST_DIGITS = 3, 8
"""Of a difference of logits: what is usual, and the most that it takes to lead to the odds that are told."""


class EvidencePage(QWidget):
    """Evidence for one digit against another; a click on a unit's bar opens what that unit saw."""

    choice_changed = Signal()
    """Another digit, rival or unit was chosen; the page wants a reading again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._unit: int | None = None
        self.digit_box = ClassBox("Evidence for", _FOLLOW, "auto: the network's answer", comes_to_one=True)
        self.rival_box = ClassBox(
            "Evidence against", _FOLLOW, "auto: the second most probable digit", comes_to_one=True
        )
        for box in (self.digit_box, self.rival_box):
            box.currentIndexChanged.connect(self._on_choice_changed)
        self._image = EvidenceImage()
        self._names = [PlainLabel() for _ in range(_ROWS)]
        self._values = [PlainLabel() for _ in range(_ROWS)]
        self._sentence = PlainLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        set_role(self._sentence, "muted")
        self.units = UnitBars("evidence from each hidden unit")
        self.units.unit_clicked.connect(self.open_unit)
        self._arrange()

    def _arrange(self) -> None:
        choice = FlowLayout(5, 4)
        for widget in (PlainLabel("Why"), self.digit_box, PlainLabel("and not"), self.rival_box):
            choice.addWidget(widget)
        sums = QGridLayout()
        sums.setHorizontalSpacing(6)
        sums.setVerticalSpacing(1)
        for row, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            sums.addWidget(name, row, 0)
            sums.addWidget(value, row, 1)
        sums.setColumnStretch(0, 1)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addLayout(sums)
        right.addWidget(self._sentence, 1)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self._image, 1)
        middle.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(choice)
        layout.addLayout(middle, 3)
        layout.addWidget(self.units, 2)
        follow_font(self._sentence, self._keep_room)
        follow_font(self.units, self._limit_bars)

    def _keep_room(self) -> None:
        self._sentence.setMinimumHeight(_LINES * self._sentence.fontMetrics().lineSpacing())

    def _limit_bars(self) -> None:
        self.units.setMaximumHeight(round(1.5 * self.units.sizeHint().height()))

    def show_reading(self, reading: Reading) -> None:
        """Explain this drawing's answer."""
        self._reading, names = reading, reading.names
        for box in (self.digit_box, self.rival_box):
            box.set_class_names(names)
        if reading.network is None or reading.pixels is None or reading.probabilities is None:
            self._show_nothing()
            return
        answer = read_answer(reading.probabilities)
        digit = self.digit_box.currentData()
        digit = answer.digit if digit is None else digit
        rival = self.rival_box.currentData()
        if rival is None:
            rival = answer.rival if digit == answer.digit else answer.digit
        self.digit_box.tell_unchosen(names[answer.digit])
        self.rival_box.tell_unchosen(names[answer.rival if digit == answer.digit else answer.digit])
        evidence = find_evidence(reading.network, reading.pixels, digit, rival)
        hidden = hidden_layers(reading.network)
        if hidden:
            noun = layer_of(reading.network.parameters.layout, hidden[0][0]).noun
            self.units.set_caption("evidence from each hidden unit" if noun == "unit" else f"evidence from each {noun}")
        self.units.setVisible(bool(hidden))
        self.units.show_values(evidence.units, signed=True)
        if self._unit is not None and self._unit < len(evidence.units):
            if _sees_pixels(reading.network):
                self._show_unit(reading, evidence, self._unit)
            else:
                self._show_map(reading, reading.network, evidence, self._unit)
        else:
            self._unit = None
            self._show_all(reading, evidence)
        self.units.mark(self._unit)

    @Slot(int)
    def open_unit(self, unit: int) -> None:
        """Show what one hidden unit saw; the open one is closed again."""
        self._unit = None if unit == self._unit else unit
        self._on_choice_changed()

    @Slot()
    def _on_choice_changed(self) -> None:
        self.choice_changed.emit()

    def _show_all(self, reading: Reading, evidence: Evidence) -> None:
        self._image.show_terms(evidence.pixels, reading.pixels)
        rest = "biases" if evidence.is_exact else "biases, remainder"
        odds, digits = _odds(evidence, reading.names)
        parts = float(evidence.pixels.sum()), evidence.pixel_rest, evidence.difference
        pixels, others, together = _sum_of(*parts, digits)
        self._tell(("pixels", pixels), (rest, others), ("logit difference", together))
        self._sentence.setText(odds)
        self._sentence.setToolTip(
            "Blue pixels speak for, red ones against. Pixels and biases add up to the difference of the two logits."
            if evidence.is_exact
            else "Blue pixels speak for, red ones against: to first order, as this nonlinearity is curved everywhere."
        )

    def _show_unit(self, reading: Reading, evidence: Evidence, unit: int) -> None:
        self._image.show_terms(unit_terms(reading.network, reading.pixels, unit), reading.pixels)
        weighted_sum = float(reading.passes.operations[0].output[0, unit])
        bias = float(reading.network.parameters.biases[0][unit])
        activation = float(reading.passes.operations[1].output[0, unit])
        slope = float(evidence.unit_slopes[unit])
        pixels, added, total = _sum_of(weighted_sum - bias, bias, weighted_sum)
        product = agree(activation * slope, (activation, slope), mul)
        output, weight = product.parts
        self._tell(
            ("pixels × weights", pixels),
            ("bias", added),
            ("pre-activation", total),
            ("activation", _signed(output)),
        )
        self._sentence.setText(
            f"Unit {unit} adds activation × {weight} = {_signed(product.value)} to the evidence for "
            f"{reading.names[evidence.digit]}. Click its bar again to go back."
        )
        self._sentence.setToolTip("Blue pixels raise this unit's pre-activation, red ones lower it.")

    def _show_map(self, reading: Reading, network: Network, evidence: Evidence, unit: int) -> None:
        pixels, name = reading.pixels, reading.names[evidence.digit]
        assert pixels is not None
        terms, from_biases = terms_through(network, pixels, evidence, unit)
        self._image.show_terms(terms, pixels)
        value = float(evidence.units[unit])
        rest = from_biases if evidence.is_exact else value - float(terms.sum())
        told, others, together = _sum_of(float(terms.sum()), rest, value)
        noun = layer_of(network.parameters.layout, hidden_layers(network)[0][0]).noun
        self._tell((f"pixels in this {noun}", told), ("biases", others), (f"from this {noun}", together))
        self._sentence.setText(
            f"{noun.capitalize()} {unit} adds {together} to the evidence for {name}, over all its places. "
            "Click its bar again to go back."
        )
        self._sentence.setToolTip(f"Blue pixels speak for {name} by way of this {noun}, red ones against.")

    def _show_nothing(self) -> None:
        for box in (self.digit_box, self.rival_box):
            box.tell_unchosen()
        self._image.show_terms(None)
        self.units.show_nothing(len(self.units.values))
        self._tell()
        self._sentence.setText("Draw a digit to see why the network answers as it does.")

    def _tell(self, *rows: tuple[str, str]) -> None:
        for index, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            name.setText(rows[index][0] if index < len(rows) else "")
            value.setText(rows[index][1] if index < len(rows) else "")


def _sees_pixels(network: Network) -> bool:
    """Return whether the units of the first hidden layer make their activations of weighted sums of pixels alone."""
    first, second, *_ = network.operations
    return isinstance(first, Dense) and isinstance(second, Nonlinearity)


def _signed(written: str) -> str:
    return written if written.startswith(MINUS) or written == "0" else f"+{written}"


def _sum_of(one: float, other: float, total: float, digits: int = _DIGITS) -> tuple[str, str, str]:
    """Write two numbers and their sum, so that they add up as they are written."""
    agreement = agree(total, (one, other), add, digits)
    return _signed(agreement.parts[0]), _signed(agreement.parts[1]), _signed(agreement.value)


def _odds(evidence: Evidence, names: tuple[str, ...]) -> tuple[str, int]:
    """Say what a difference of logits means, and how many of its digits lead there."""
    digit, rival, difference = evidence.digit, evidence.rival, abs(evidence.difference)
    if digit == rival:
        return "Choose two different digits.", _DIGITS
    likelier, other = (digit, rival) if evidence.difference >= 0 else (rival, digit)
    text, digits = "more than a million", _DIGITS
    if difference <= log(1e6):
        text = _two_digits(exp(difference))
        while digits < _MOST_DIGITS and _two_digits(exp(read(number(difference, digits)))) != text:
            digits += 1
    return f"So the network takes {names[likelier]} to be {text} times as likely as {names[other]}.", digits


def _two_digits(value: float) -> str:
    return number(float(f"{value:.2g}"), 2)
