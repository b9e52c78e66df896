"""What the diagram of a network is made of, and how near a place is to it."""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF


@dataclass(frozen=True)
class Unit:
    """A unit of a layer; layers count from 0, the first hidden one, to the output."""

    layer: int
    unit: int


@dataclass(frozen=True)
class Connection:
    """A connection from a unit of a layer to one of the next; the image's stand for all of its pixels."""

    layer: int
    source: int
    target: int


@dataclass(frozen=True, eq=False)
class Line:
    """A connection that is drawn."""

    connection: Connection
    value: float
    line: QLineF


def ends(connection: Connection) -> tuple[Unit, Unit]:
    """Return the units at both ends of a connection."""
    return Unit(connection.layer, connection.source), Unit(connection.layer + 1, connection.target)


def distance(line: QLineF, point: QPointF) -> float:
    """Return how far a point lies from a line between two points, in pixels."""
    along, away = line.p2() - line.p1(), point - line.p1()
    length = QPointF.dotProduct(along, along)
    share = min(1.0, max(0.0, QPointF.dotProduct(away, along) / length)) if length else 0.0
    gap = away - share * along
    return float(QPointF.dotProduct(gap, gap) ** 0.5)
