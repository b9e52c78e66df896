"""One moment of a run: what the network was after a given update. All panels show a snapshot; saving stores one."""

from dataclasses import dataclass

from core.network.network import Network
from core.training.config import TrainingConfig
from core.training.trainer import TrainingState


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A network, read-only, and when in the run it was like this.

    Attributes
    ----------
    network : Network
        Parameters that share no memory with the trainer's.
    update : int
        Updates made so far; 0 is the network before the first.
    epoch : float
        Passes over the training set so far, with its fraction.
    run_id : str
        Which run this is a moment of; what still arrives from a past run is told apart by it.
    config : TrainingConfig
        The settings in force at this moment.
    is_last : bool
        Whether all updates of the run are made.
    is_initial : bool
        Whether this is the network as initialization left it: no update, no cut, and not opened from a file.
    state : TrainingState or None
        All that the next update depends on, which never changes; None unless it was asked for.
    """

    network: Network
    update: int
    epoch: float
    run_id: str
    config: TrainingConfig
    is_last: bool = False
    is_initial: bool = False
    state: TrainingState | None = None
