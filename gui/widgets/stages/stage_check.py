"""The gradient check: nudge one parameter, or a sample of all, and compare what the loss does with backpropagation."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.explanation.check_words import describe_check, describe_checks
from core.explanation.stage import at, subscript
from core.explanation.update import UpdateExplanation
from core.network.gradient_check import GradientCheck, Verdict
from core.text.agreement import agree
from core.text.number_text import numbers_apart
from gui.look.formatting import number
from gui.look.labels import PlainLabel
from gui.look.theme import Themed, applied, mix, set_role
from gui.widgets.brief_button import BriefButton
from gui.widgets.compact_table import CompactTable

SAMPLE = 40
_ROLES = {Verdict.AGREES: "success", Verdict.DIFFERS: "error", Verdict.AT_KINK: "warning", Verdict.NOT_FINITE: "error"}
_MARKS = {Verdict.AGREES: "✓", Verdict.DIFFERS: "✗", Verdict.AT_KINK: "kink", Verdict.NOT_FINITE: "–"}


_NOTHING = ("0 = 0", "Both are 0: nothing passes through this weight, so the check says nothing about it")
_FAILED = 0.3
VERDICT = Qt.ItemDataRole.UserRole
"""Where a row of the sample keeps its `core.network.gradient_check.Verdict`."""

_COLUMNS = (
    ("", "Which weight or bias"),
    ("", "Whether the two numbers agree"),
    ("nudged", "What the loss did when the parameter was nudged: its change divided by the nudge"),
    ("backprop", "What the backward pass says: the gradient of the loss"),
)


class GradientCheckPage(Themed, QWidget):
    """Asks for checks and shows what they find."""

    check_requested = Signal()
    """The parameter that is being looked at is to be checked."""

    sample_requested = Signal()
    """A random sample of all parameters is to be checked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict: Verdict | None = None
        applied.changed.connect(self._on_theme_changed)
        self.parameter = PlainLabel()
        self.parameter.setWordWrap(True)
        set_role(self.parameter, "heading")
        self.check = BriefButton("Check this gradient", "Check")
        self.check.setToolTip(
            "Nudge this parameter up and down, and see what the loss of the batch does (central difference)"
        )
        self.sample = QPushButton("Sample")
        self.sample.setToolTip(
            f"Check {SAMPLE} random parameters, some of every layer's weights and biases; those with a gradient first"
        )
        self.verdict = PlainLabel()
        self.verdict.setWordWrap(True)
        self.facts = QWidget()
        grid = QGridLayout(self.facts)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        self.values: list[tuple[QLabel, QLabel]] = []
        for row in range(5):
            name, value = PlainLabel(), PlainLabel()
            name.setWordWrap(True)
            value.setWordWrap(True)
            set_role(name, "muted")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, row, 0)
            grid.addWidget(value, row, 1)
            self.values.append((name, value))
        grid.setColumnStretch(1, 1)
        self._rows = QStandardItemModel(0, 4)
        self.table = CompactTable(self._rows, compares=True)
        self.table.setAccessibleName("checked parameters")
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.check)
        buttons.addWidget(self.sample)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.parameter)
        layout.addLayout(buttons)
        layout.addWidget(self.facts)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.verdict)
        layout.addStretch(0)
        self.check.clicked.connect(self.check_requested)
        self.sample.clicked.connect(self.sample_requested)
        self.clear()

    def show_parameter(self, name: str) -> None:
        """Name the parameter that is being looked at; what was found of another one is forgotten."""
        if name != self.parameter.text():
            self.parameter.setText(name)
            if self.table.isHidden():
                self.clear()

    def set_busy(self, busy: bool) -> None:
        """Ask for nothing while something is under way."""
        self.check.setEnabled(not busy)
        self.sample.setEnabled(not busy)

    @Slot()
    def clear(self) -> None:
        """Forget what was found: it belongs to another update, or to another backward pass."""
        self._verdict = None
        self.facts.hide()
        self.table.hide()
        set_role(self.verdict, "muted")
        self.verdict.setStyleSheet("")
        self.verdict.setText(
            "What does the loss of the batch really do if this parameter is nudged? Two forward passes tell."
        )

    def show_one(self, check: GradientCheck, explanation: UpdateExplanation) -> None:
        """Show the check of one parameter, made on the images that the explanation keeps in full."""
        shown, size = len(explanation.inputs), explanation.batch_size
        nudges = 2 * check.epsilon
        quotient = agree(
            check.numeric, (check.loss_above, check.loss_below), lambda above, below: (above - below) / nudges, 5, 17
        )
        above, below = quotient.parts
        rows = (
            (f"loss at w + {check.epsilon:.0e}", above),
            (f"loss at w − {check.epsilon:.0e}", below),
            (f"difference / {nudges:.0e}", quotient.value),
            # May break in the middle, where the column is narrow.
            ("back\u200bpropagation", number(check.analytic, 5)),
            ("images", f"all {size:,} of the batch" if shown == size else f"{shown:,} of the batch's {size:,}"),
        )
        for (name, value), (left, right) in zip(self.values, rows, strict=True):
            name.setText(left)
            value.setText(right)
        self.facts.show()
        self.table.hide()
        self._say(f"{_MARKS[check.verdict]} {describe_check(check)}", check.verdict)

    def show_sample(self, checks: list[GradientCheck], explanation: UpdateExplanation) -> None:
        """Show the check of many parameters."""
        self._rows.clear()
        for column, (name, tip) in enumerate(_COLUMNS):
            item = QStandardItem(name)
            item.setToolTip(tip)
            self._rows.setHorizontalHeaderItem(column, item)
        for check in checks:
            place, cell = explanation.before.layout.at(check.index)
            name = f"{place.kind}{subscript(place.number)}{at(cell)}"
            mark = _MARKS[check.verdict]
            if check.says_nothing:
                mark, tip = _NOTHING
            items = [QStandardItem(text) for text in (name, mark)]
            write = numbers_apart if check.verdict is Verdict.DIFFERS else _numbers
            items += [QStandardItem(text) for text in write(check.numeric, check.analytic)]
            for item in items:
                item.setEditable(False)
                if check.says_nothing:
                    item.setToolTip(tip)
                item.setData(check.verdict, VERDICT)
            for item in items[2:]:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._rows.appendRow(items)
        self._color_rows()
        self.facts.hide()
        self.table.show()
        self.table.fit_columns()
        verdicts = {check.verdict for check in checks}
        worst = next((kind for kind in (Verdict.DIFFERS, Verdict.NOT_FINITE) if kind in verdicts), Verdict.AGREES)
        self._say(f"{_MARKS[worst]} {describe_checks(checks)}", worst)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._color_verdict()
        self._color_rows()

    def _say(self, text: str, verdict: Verdict) -> None:
        self._verdict = verdict
        self.verdict.setText(text)
        self._color_verdict()

    def _color_rows(self) -> None:
        """Set the rows whose numbers differ off from the others."""
        for row in range(self._rows.rowCount()):
            items = [self._rows.item(row, column) for column in range(self._rows.columnCount())]
            color = getattr(self._theme, _ROLES[items[0].data(VERDICT)])
            for item in items:
                if items[0].data(VERDICT) in (Verdict.DIFFERS, Verdict.NOT_FINITE):
                    item.setBackground(mix(self._theme.surface, color, _FAILED))
                    item.setForeground(QColor(self._theme.text))

    @Slot()
    def _color_verdict(self) -> None:
        if self._verdict is not None:
            color = getattr(self._theme, _ROLES[self._verdict])
            self.verdict.setStyleSheet(f"color: {color}; font-weight: 600;")


def _numbers(one: float, other: float) -> tuple[str, str]:
    return number(one), number(other)
