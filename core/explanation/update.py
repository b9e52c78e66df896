"""One update of the network with every number on the way: what the microscope shows.

Nothing is computed twice and nothing is made up for show. The batch runs through `Trainer.passes`, the parameters are
changed by `Trainer.descend`: the two halves of the very update that training makes. What is kept of it here are
read-only copies, so that the parameters after the update shown equal those that training reaches, bit for bit.

A batch of more images than `core.training.trainer.CHUNK` allows is worked through in chunks. Losses and gradient are
then those of the whole batch, and every step on the way is kept for the one chunk that holds the image asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.network.arrays import Floats, frozen
from core.network.network import Network, Passes
from core.network.operation import Pass
from core.network.parameters import Parameters
from core.progress import Report, ignore_progress
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import ChunkPasses, Trainer, TrainingState


@dataclass(frozen=True, eq=False)
class UpdateSource:
    """All that decides the next update of a run.

    Attributes
    ----------
    run_id : str
        The run.
    recipe : Recipe
        Settings and knob events so far.
    data : Dataset
        The training set.
    state : TrainingState
        The run before the update; whoever holds this does not change it.
    """

    run_id: str
    recipe: Recipe
    data: Dataset
    state: TrainingState


PassesOf = Callable[[TrainingState, Parameters | None], Iterable[ChunkPasses]]
"""Runs a batch through the network of a state, forward and backward; see `Trainer.passes`."""


@dataclass(frozen=True, eq=False)
class OwnImage:
    """An image that the user brought: drawn, or taken from the samples.

    Attributes
    ----------
    pixels : float32 array of shape (784,)
        As the network gets it, in [0, 1].
    label : int, optional
        What it is to show; unless given, what the network reads.
    """

    pixels: Floats
    label: int | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class UpdateExplanation:
    """An update taken apart; m is the number of images in its batch, r how many of them are kept in full.

    Attributes
    ----------
    update : int
        Updates made before this one.
    config : TrainingConfig
        The settings in force.
    learning_rate : float
        What the schedule makes of the rate at this update.
    optimizer_count : int
        Updates that this optimizer has made before.
    indices : int64 array of shape (m,)
        Which images of the training set make the batch; -1 for one of the user's.
    losses : float64 array of shape (m,)
        Cross-entropy of each image, in nats.
    loss, accuracy : float
        Mean loss and share of right answers over the batch, before the update.
    loss_after : float
        Mean loss over the same images after the update.
    first : int
        Place within the batch of the first image that is kept in full.
    targets : float32 array of shape (r, 10)
        What those images show.
    passes : Passes
        What each operation made of them, forward and backward.
    part : Parameters
        Their part of the gradient.
    gradient : Parameters
        Derivative of the mean loss over all m images.
    before, after : Parameters
        Weights and biases on either side of the update.
    slots_before, slots_after : float32 arrays of shape (slots, parameters)
        What the optimizer remembers on either side.
    held : int64 array of shape (h,)
        Places in the vector of the parameters that are held by hand: the update leaves them alone.
    training_seed : tuple of int or None
        What the operations drew from for the images that are kept in full; None where none draws.
    class_names : tuple of str
        What the ten classes are called.
    own : OwnImage, optional
        The image that it is made of, where that is the user's: an update that the run does not make.
    """

    update: int
    config: TrainingConfig
    learning_rate: float
    optimizer_count: int
    indices: NDArray[np.int64]
    losses: Floats
    loss: float
    accuracy: float
    loss_after: float
    first: int
    targets: Floats
    passes: Passes
    part: Parameters
    gradient: Parameters
    before: Parameters
    after: Parameters
    slots_before: Floats
    slots_after: Floats
    held: NDArray[np.int64]
    training_seed: tuple[int, ...] | None
    class_names: tuple[str, ...]
    own: OwnImage | None = None

    @property
    def batch_size(self) -> int:
        """Images in the batch, m: what the sum of their losses is divided by."""
        return len(self.indices)

    @property
    def inputs(self) -> Floats:
        """The images that are kept in full as the network saw them, distortions included, shape (r, 784)."""
        return self.passes.inputs

    @property
    def probabilities(self) -> Floats:
        """Their softmax, shape (r, 10)."""
        return self.passes.loss.output

    def work(self, place: int) -> Pass:
        """Return the pass of the operation at this place; behind the last stands the loss."""
        return (*self.passes.operations, self.passes.loss)[place]

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """What the images that are kept in full show, shape (r,)."""
        labels: NDArray[np.int64] = self.targets.argmax(axis=1)
        return labels

    def label_name(self, example: int) -> str:
        """Return what the class is called that an image of the batch, kept in full, is labeled with."""
        return self.class_names[int(self.labels[self.row(example)])]

    @cached_property
    def change(self) -> Parameters:
        """What the update adds to every parameter."""
        with np.errstate(over="ignore", invalid="ignore"):
            return Parameters(_read_only(self.after.vector - self.before.vector), self.before.layout)

    def row(self, example: int) -> int:
        """Return where an image of the batch stands among those kept in full.

        Raises
        ------
        IndexError
            If it is not kept in full; ask `explain_update` for it.
        """
        if not 0 <= example - self.first < len(self.inputs):
            raise IndexError(f"image {example} of the batch is not among {self.first} to {self.last}")
        return example - self.first

    @property
    def last(self) -> int:
        """Place within the batch of the last image that is kept in full."""
        return self.first + len(self.inputs) - 1


def explain_update(
    trainer: Trainer, state: TrainingState, example: int = 0, report: Report = ignore_progress
) -> UpdateExplanation:
    """Make the next update of a run on a copy of its state, and keep all that happens.

    Parameters
    ----------
    trainer : Trainer
        Makes the updates of the run; used by no other thread meanwhile.
    state : TrainingState
        The run before the update; not changed.
    example : int
        The image of the batch, counted from 0, that is to be among those kept in full.
    report : Report
        Called once a chunk.

    Raises
    ------
    IndexError
        If the batch has no such image.
    """
    indices = trainer.batch_indices(state.update)
    if not 0 <= example < len(indices):
        raise IndexError(f"the batch has {len(indices)} images; there is no image {example}")
    return explain_batch(trainer, state, indices, trainer.passes, example, report)


def explain_batch(
    trainer: Trainer,
    state: TrainingState,
    indices: NDArray[np.int64],
    passes_of: PassesOf,
    example: int = 0,
    report: Report = ignore_progress,
    own: OwnImage | None = None,
) -> UpdateExplanation:
    """Make an update of any batch on a copy of a run's state, and keep all that happens; see `explain_update`.

    Parameters
    ----------
    indices : int64 array of shape (m,)
        Which images of the training set make the batch.
    passes_of : callable
        Runs the batch through a network, as `Trainer.passes` does.
    own : OwnImage, optional
        The image that the batch is made of, where that is the user's.
    """
    segment = trainer.plan.segment(state.update)
    before, losses, correct, loss_sum = state.copy(), [], 0, 0.0
    trainer.cut(before)
    total = Parameters.zeros(state.parameters.layout)
    kept: _Kept | None = None
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for chunk in passes_of(before, None):
            report(chunk.start / len(indices) / 2, "working through the batch")
            # The first is copied and not added to zeros: 0 + -0.0 is 0.0, which is another bit.
            if chunk.start:
                np.add(total.vector, chunk.gradient.vector, out=total.vector)
            else:
                total.vector[:] = chunk.gradient.vector
            losses.append(_losses(chunk.passes.logits, chunk.targets))
            loss_sum += chunk.loss_sum
            correct += chunk.correct
            if chunk.start <= example < chunk.start + len(chunk.inputs):
                kept = _Kept.copy_of(chunk)
        assert kept is not None
        gradient, after, loss_after = total.frozen(), before.copy(), 0.0
        trainer.descend(after, total)
        for chunk in passes_of(TrainingState(after.parameters, after.slots, state.update), before.parameters):
            report((1 + chunk.start / len(indices)) / 2, "looking at the batch again")
            loss_after += chunk.loss_sum
    starts_afresh = state.update == segment.optimizer_start
    return UpdateExplanation(
        update=state.update,
        config=segment.config,
        learning_rate=segment.learning_rate(state.update),
        optimizer_count=state.update - segment.optimizer_start,
        indices=indices,
        losses=_read_only(np.concatenate(losses)),
        loss=loss_sum / len(indices),
        accuracy=correct / len(indices),
        loss_after=loss_after / len(indices),
        first=kept.first,
        targets=kept.targets,
        passes=kept.passes,
        part=kept.part,
        gradient=gradient,
        before=before.parameters.frozen(),
        after=after.parameters.frozen(),
        slots_before=frozen(np.zeros_like(after.slots) if starts_afresh else before.slots),
        slots_after=frozen(after.slots),
        held=trainer.held_at(state.update),
        training_seed=kept.seed,
        class_names=trainer.data.class_names,
        own=own,
    )


def batch_loss(trainer: Trainer, parameters: Parameters, update: int, report: Report = ignore_progress) -> float:
    """Return the mean loss, in nats, that a network has on the batch of an update.

    Parameters
    ----------
    trainer : Trainer
        Makes the updates of the run; used by no other thread meanwhile.
    parameters : Parameters
        Those of any moment of the run; float32.
    update : int
        Updates made before the one whose batch is meant.
    report : Report
        Called once a chunk.
    """
    total, size = 0.0, len(trainer.batch_indices(update))
    state = TrainingState(parameters, np.zeros((0, parameters.vector.size), np.float32), update)
    with np.errstate(over="ignore", invalid="ignore"):
        for chunk in trainer.passes(state):
            report(chunk.start / size, "looking at the batch again")
            total += chunk.loss_sum
    return total / size


@dataclass(frozen=True, eq=False)
class _Kept:
    """Copies of what a chunk's passes computed."""

    first: int
    targets: Floats
    passes: Passes
    part: Parameters
    seed: tuple[int, ...] | None

    @classmethod
    def copy_of(cls, chunk: ChunkPasses) -> "_Kept":
        """Copy what the next chunk would overwrite."""
        operations: list[Pass] = []
        output = frozen(chunk.inputs)
        for work in (*chunk.passes.operations, chunk.passes.loss):
            kept, shared = frozen(work.kept), frozen(work.shared)
            operations.append(Pass(output, frozen(work.output), frozen(work.d_input), kept, shared, work.in_training))
            output = operations[-1].output
        passes = Passes(tuple(operations[:-1]), operations[-1])
        return cls(chunk.start, frozen(chunk.targets), passes, chunk.gradient.frozen(), chunk.seed)


def network_of(explanation: UpdateExplanation) -> Network:
    """Return the network as it was before the update, with passes as those of the update."""
    return Network(explanation.before, training_seed=explanation.training_seed)


def _losses(logits: Floats, targets: Floats) -> Floats:
    """Return the cross-entropy of each image as float64, as `core.network.softmax_loss` has it for their sum."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    losses: Floats = np.log(np.exp(shifted).sum(axis=1)) - shifted[targets.astype(bool)]
    return losses


def _read_only(array: Floats) -> Floats:
    array.flags.writeable = False
    return array
