"""Training: one update after another.

An update takes the next batch of images, runs it forward, measures the loss, runs the error backward to get the
gradient, and lets the optimizer change the parameters. That is all there is to it; see `Trainer.step`.

The trainer keeps no memory of the run. Parameters, what the optimizer remembers and the number of updates made are a
`TrainingState` that is handed in, so that whoever holds an old state can repeat exactly what happened next.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.drawing.distortion import distort
from core.network.arrays import CLASSES, PIXEL_SCALE, PIXELS, Floats, Labels, Pixels, frozen
from core.network.initialization import initialize
from core.network.layout import Layout
from core.network.network import Network, Passes, backward, forward
from core.network.parameters import Parameters
from core.network.sign_step import step_signs, stepped
from core.network.softmax_loss import count_correct, one_hot
from core.network.unit_layers import Indices
from core.progress import Report, ignore_progress
from core.training.batches import (
    AUGMENTATION_STREAM,
    INITIALIZATION_STREAM,
    OPERATION_STREAM,
    Batch,
    BatchPlan,
    Segment,
    epoch_order,
    random_stream,
)
from core.training.config import FOOLED, TrainingConfig
from core.training.cut_plan import CutPlan
from core.training.optimizers import OPTIMIZERS
from core.training.recipe import Recipe
from core.training.running_statistics import move_statistics, take_statistics
from core.training.validation import rows_left
from core.training.weight_decay import decay_weights

CHUNK = 512
"""Images worked on at once: 1.6 MB of float32, so that a chunk stays in the processor's cache between the passes.

Fewer where each takes much memory; see `core.network.layout.Layout.chunk`.
"""

_MOST_WORKSPACES = 8
"""A run needs two to four sizes; whoever drags a batch size through hundreds must not fill the memory."""


class BatchResult(NamedTuple):
    """How the network did on a batch before it learned from it: mean loss in nats, accuracy as a fraction."""

    loss: float
    accuracy: float


class ChunkPasses(NamedTuple):
    """Both passes over some of a batch's images; the arrays are overwritten by the next.

    Attributes
    ----------
    start : int
        Place of the first of these images within the batch.
    inputs, targets : float32 arrays of shapes (rows, 784) and (rows, 10)
        The images as the network sees them, and what they show.
    passes : Passes
        What the forward and the backward pass computed.
    loss_sum : float
        Sum of these images' losses, in nats.
    correct : int
        How many of these images are answered rightly.
    gradient : Parameters
        These images' part of the batch's gradient.
    seed : tuple of int or None
        What the operations drew from; None where none draws.
    """

    start: int
    inputs: Floats
    targets: Floats
    passes: Passes
    loss_sum: float
    correct: int
    gradient: Parameters
    seed: tuple[int, ...] | None


@dataclass(eq=False)
class TrainingState:
    """Where a run stands; `Trainer.step` changes it in place.

    Attributes
    ----------
    parameters : Parameters
        float32 weights and biases.
    slots : float32 array of shape (slots, parameters)
        What the optimizer remembers.
    update : int
        Updates made so far.
    """

    parameters: Parameters
    slots: Floats
    update: int

    @property
    def nbytes(self) -> int:
        """Memory that its arrays take."""
        return self.parameters.vector.nbytes + self.slots.nbytes

    def copy(self) -> "TrainingState":
        """Return a state of its own with the same values."""
        return TrainingState(self.parameters.copy(), self.slots.copy(), self.update)

    def frozen(self) -> "TrainingState":
        """Return a copy that cannot be changed; a state that cannot be changed returns itself."""
        if not self.parameters.vector.flags.writeable:
            return self
        return TrainingState(self.parameters.frozen(), frozen(self.slots), self.update)


class Trainer:
    """Makes the updates of a recipe on a training set.

    Parameters
    ----------
    recipe : Recipe
        Settings, knob events and cuts; replace it with `follow` when another knob is turned or unit cut.
    data : Dataset
        The training set, with the images that the recipe holds out.

    Raises
    ------
    ConfigError
        If the recipe holds out too many of these images; see `core.training.validation`.
    """

    def __init__(self, recipe: Recipe, data: Dataset) -> None:
        self.data = data
        # What the batches are drawn from, where that is not the whole training set.
        self._rows = rows_left(recipe.config, data.labels) if recipe.config.validation else None
        self._size = recipe.config.images_left(len(data))
        self._workspaces: dict[int, _Workspace] = {}
        self._order: tuple[int, NDArray[np.int64]] | None = None
        self.follow(recipe)

    def follow(self, recipe: Recipe) -> None:
        """Take over a recipe that differs from the present one only in its events."""
        self.plan = BatchPlan(recipe, len(self.data))
        self._cuts = CutPlan(recipe)
        self.recipe = recipe
        self._place: tuple[int, Segment, Batch] | None = None

    def release_buffers(self) -> None:
        """Let go of the memory that only makes updates faster; the next one takes it again."""
        self._workspaces.clear()
        self._order = None

    def initial_state(self, report: Report = ignore_progress) -> TrainingState:
        """Return the state before the first update; drawing the weights of a large network takes seconds."""
        config = self.recipe.config
        rng = random_stream(config.seed, INITIALIZATION_STREAM)
        parameters = initialize(config.layout, config.activation, config.initialization, rng, report)
        return TrainingState(parameters, _empty_slots(config, parameters), 0)

    def step(self, state: TrainingState, report: Report = ignore_progress) -> BatchResult:
        """Make one update: change ``state`` in place and return how its batch was answered before.

        Overflow is let through as infinities; whoever reads the loss sees it.

        Raises
        ------
        CancelledError
            If ``report`` says so, as in `gradient`; ``state`` has not changed then.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            # Cut for good once nothing can cancel the update any more.
            cut = TrainingState(self.cut_parameters(state), state.slots, state.update)
            gradient, result = self.gradient(cut, report)
            self.cut(state)
            self.descend(state, gradient)
        return result

    def cut(self, state: TrainingState) -> None:
        """Make the cuts that the recipe has between this update and the next, in place; twice is as good as once."""
        self._cuts.apply(state.update, state.parameters)

    def held_at(self, update: int) -> Indices:
        """Return which parameters, by their places in the vector, cuts keep from being changed by an update."""
        return self._cuts.held_at(update)

    def cut_parameters(self, state: TrainingState) -> Parameters:
        """Return the parameters of a state with the cuts made that belong before its next update.

        They are the state's own where there are none.
        """
        if not self._cuts.happen_at(state.update):
            return state.parameters
        parameters = state.parameters.copy()
        self._cuts.apply(state.update, parameters)
        return parameters

    def gradient(self, state: TrainingState, report: Report = ignore_progress) -> tuple[Parameters, BatchResult]:
        """Return the gradient of the loss of the next update's batch, and how the network answers that batch.

        The gradient is overwritten by the next call. A batch of several chunks, which may take seconds, is told of to
        ``report`` chunk by chunk.
        """
        total: Parameters | None = None
        loss, correct = 0.0, 0
        size = self._place_of(state.update)[1].size
        at_once = state.parameters.layout.chunk(CHUNK)
        for chunk in self.passes(state):
            gradient = chunk.gradient
            loss += chunk.loss_sum
            correct += chunk.correct
            if size <= at_once:
                total = gradient
            elif total is None:
                total = gradient.copy()
            else:
                np.add(total.vector, gradient.vector, out=total.vector)
            if size > at_once:
                report((chunk.start + len(chunk.inputs)) / size, "working through the batch")
        assert total is not None
        return total, BatchResult(loss / size, correct / size)

    def passes(self, state: TrainingState, fooled: Parameters | None = None) -> Iterator[ChunkPasses]:
        """Run the next update's batch forward and backward, `CHUNK` images at a time.

        The gradients of the chunks add up to that of the batch. Where images are led to fool a network, they fool that
        of ``state``, or one with the parameters ``fooled``.
        """
        _, batch = self._place_of(state.update)
        network, size, layout = Network(state.parameters), batch.size, state.parameters.layout
        draws, at_once = layout.draws, layout.chunk(CHUNK)
        levels = FOOLED.get(self.recipe.config.augmentation)
        for low in range(batch.start, batch.stop, at_once):
            rows = min(at_once, batch.stop - low)
            work = self._workspace(rows, layout)
            self._load(work, state.update, batch, low)
            if levels:
                # Every second image, beginning with the first and the second in turn.
                _fool(Network(fooled) if fooled else network, work, (state.update + low - batch.start) % 2, levels)
            seed = self._seed(OPERATION_STREAM, state.update, low) if draws else None
            rng = np.random.default_rng(seed) if draws else None
            passes = forward(network, work.inputs, work.passes, rng)
            correct = count_correct(passes.logits, work.labels)
            loss_sum = network.loss.forward(passes.loss, work.targets)
            gradient = backward(network, passes, work.targets, size, work.gradient)
            for place in layout.statistics:
                # So that those of the chunks add up to the batch's mean.
                gradient.vector[place.slice] *= rows / size
            yield ChunkPasses(low - batch.start, work.inputs, work.targets, passes, loss_sum, correct, gradient, seed)

    def descend(self, state: TrainingState, gradient: Parameters) -> None:
        """Let weight decay and the optimizer change ``state`` in place; ``gradient`` serves as scratch and is lost.

        What a cut holds stays as it is.
        """
        segment, _ = self._place_of(state.update)
        config = segment.config
        if state.update == segment.optimizer_start:
            state.slots = _empty_slots(config, state.parameters)
        rate = segment.learning_rate(state.update)
        held = self.held_at(state.update)
        kept = state.parameters.vector[held] if held.size else None
        if config.weight_decay:
            decay_weights(state.parameters, rate, config.weight_decay)
        optimizer = OPTIMIZERS[config.optimizer]
        count = state.update - segment.optimizer_start
        of_batch = take_statistics(gradient) if gradient.layout.statistics else ()
        optimizer.apply(state.parameters.vector, gradient.vector, state.slots, rate, config.momentum, count)
        if of_batch:
            move_statistics(state.parameters, of_batch)
        if kept is not None:
            state.parameters.vector[held] = kept
            # Or what was remembered before the cut would move them once they are free again.
            state.slots[:, held] = 0
        state.update += 1

    def batch_indices(self, update: int) -> NDArray[np.int64]:
        """Return which images of the training set the update after ``update`` earlier ones learns from."""
        _, batch = self._place_of(update)
        rows = self._rows_of(batch)
        return np.arange(batch.size) if rows is None else rows.copy()

    def _rows_of(self, batch: Batch) -> NDArray[np.int64] | None:
        """Return where in the training set a batch's images are; None where they are all of it, in order."""
        if batch.size == self._size:
            # A full batch has the same gradient in any order.
            return self._rows
        return self._epoch_order(batch.epoch)[batch.start : batch.stop]

    def _load(self, work: "_Workspace", update: int, batch: Batch, low: int) -> None:
        """Fill the workspace with the images from ``low`` on, scaled and distorted, and with their targets."""
        high = low + work.rows
        rows = self._rows_of(batch)
        if rows is None:
            # No need to gather.
            work.inputs[:] = self.data.images[low:high]
            work.labels[:] = self.data.labels[low:high]
        else:
            rows = rows[low - batch.start : high - batch.start]
            # mode="clip" writes straight to ``out``; the default checks indices through a buffer and a second copy.
            self.data.images.take(rows, axis=0, out=work.pixels, mode="clip")
            self.data.labels.take(rows, out=work.labels, mode="clip")
            work.inputs[:] = work.pixels
        one_hot(work.labels, out=work.targets)
        np.multiply(work.inputs, PIXEL_SCALE, out=work.inputs)
        config = self.recipe.config
        if config.augmentation in ("shift", "distort", "mix"):
            rng = np.random.default_rng(self._seed(AUGMENTATION_STREAM, update, low))
            work.inputs[:] = distort(work.inputs, config.augmentation, rng)

    def _seed(self, stream: int, update: int, low: int) -> tuple[int, ...]:
        """Return what chance is drawn from for the chunk of an update that begins at ``low``."""
        return self.recipe.config.seed, stream, update, low

    def _place_of(self, update: int) -> tuple[Segment, Batch]:
        """Return settings and batch of an update, which several steps of it ask for."""
        if self._place is None or self._place[0] != update:
            segment = self.plan.segment(update)
            self._place = update, segment, segment.batch(update)
        return self._place[1:]

    def _epoch_order(self, epoch: int) -> NDArray[np.int64]:
        if self._order is None or self._order[0] != epoch:
            order = epoch_order(self.recipe.config.seed, epoch, self._size)
            self._order = epoch, order if self._rows is None else self._rows[order]
        return self._order[1]

    def _workspace(self, rows: int, layout: Layout) -> "_Workspace":
        if rows not in self._workspaces:
            if len(self._workspaces) == (2 if layout.has_maps else _MOST_WORKSPACES):
                self._workspaces.clear()
            # The gradient is as large as the network, whatever the size of the batch: one serves them all.
            gradients = (work.gradient for work in self._workspaces.values())
            self._workspaces[rows] = _Workspace(rows, next(gradients, None) or Parameters.zeros(layout))
        return self._workspaces[rows]


def _empty_slots(config: TrainingConfig, parameters: Parameters) -> Floats:
    return np.zeros((OPTIMIZERS[config.optimizer].slots, parameters.vector.size), np.float32)


def _fool(network: Network, work: "_Workspace", first: int, levels: int) -> None:
    """Lead every second image of the workspace, from ``first`` on, away from its label."""
    images, labels = work.inputs[first::2], work.labels[first::2]
    if len(images):
        work.inputs[first::2] = stepped(images, step_signs(network, images, labels), levels)


class _Workspace:
    """Arrays for a batch of a given size, used again for each instead of being allocated anew."""

    def __init__(self, rows: int, gradient: Parameters) -> None:
        self.rows = rows
        self.pixels: Pixels = np.empty((rows, PIXELS), np.uint8)
        self.labels: Labels = np.empty(rows, np.uint8)
        self.inputs: Floats = np.empty((rows, PIXELS), np.float32)
        self.targets: Floats = np.empty((rows, CLASSES), np.float32)
        self.passes = Passes.empty(gradient.layout, rows)
        self.gradient = gradient
