"""A network with all that is known of how it came about: what is saved, opened, shipped and exported."""

from dataclasses import dataclass

from core.data.dataset import DIGITS, DataPair
from core.network.network import Network
from core.runs.snapshot import Snapshot
from core.training.config import TrainingConfig
from core.training.metrics import Metrics


@dataclass(frozen=True, eq=False, kw_only=True)
class SavedModel:
    """A network and what is known of how it came about.

    Attributes
    ----------
    network : Network
        float32 parameters.
    config : TrainingConfig or None
        The settings it was trained with; None where nobody knows, as for an imported network.
    metrics : Metrics or None
        The metrics of the run up to this moment.
    data_name : str
        What the training data were called.
    data_fingerprint : str
        `Dataset.fingerprint` of the training set; empty where unknown.
    update : int
        Updates made.
    epoch : float
        Passes over the training set, with the fraction.
    note : str
        A line for whoever opens the file.
    class_names : tuple of str
        What the ten classes are called.
    unlike_limit : float or None
        From which `core.files.unlike.unlikeness` on an image is unlike all that the network learned from; None where
        nobody looked, which is taken to be digits.
    """

    network: Network
    config: TrainingConfig | None = None
    metrics: Metrics | None = None
    data_name: str = ""
    data_fingerprint: str = ""
    update: int = 0
    epoch: float = 0.0
    note: str = ""
    class_names: tuple[str, ...] = DIGITS
    unlike_limit: float | None = None

    @classmethod
    def from_snapshot(
        cls, snapshot: Snapshot, data: DataPair, metrics: Metrics | None = None, *, unlike_limit: float | None = None
    ) -> "SavedModel":
        """Return one moment of a run as it is saved."""
        return cls(
            network=snapshot.network,
            config=snapshot.config,
            metrics=metrics,
            data_name=data.train.name,
            data_fingerprint=data.train.fingerprint,
            update=snapshot.update,
            epoch=snapshot.epoch,
            class_names=data.class_names,
            unlike_limit=unlike_limit,
        )
