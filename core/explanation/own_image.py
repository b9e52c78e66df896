"""What happens with *my* 7? An image of the user's, taken through an update that would learn from it alone.

The image is in no batch of the run. So the update that is shown is one that nobody makes: that of a batch of this one
image, by the network, the optimizer and the learning rate of a moment of the run. All of it happens on copies, by the
very operations and the very optimizer that train, so it is what training would do with this image, to the last bit.
Only what belongs to a batch is as where the network is used: dropout leaves nothing out, and batch norm keeps its
running means.
"""

from collections.abc import Iterator

import numpy as np

from core.explanation.update import OwnImage, UpdateExplanation, explain_batch
from core.network.network import Network, backward, forward
from core.network.parameters import Parameters
from core.network.softmax_loss import count_correct, one_hot
from core.training.trainer import ChunkPasses, Trainer, TrainingState


def explain_own_image(trainer: Trainer, state: TrainingState, own: OwnImage) -> UpdateExplanation:
    """Make an update of one image alone on a copy of a run's state, and keep all that happens.

    Parameters
    ----------
    trainer : Trainer
        Makes the updates of the run; used by no other thread meanwhile.
    state : TrainingState
        The run at the moment that is meant; not changed.
    own : OwnImage
        The image, and what it is to show.
    """
    inputs = own.pixels[np.newaxis]
    label = own.label
    if label is None:
        label = int(forward(Network(trainer.cut_parameters(state)), inputs).logits[0].argmax())
    labels = np.array([label], np.uint8)
    targets = one_hot(labels)

    def passes_of(state: TrainingState, fooled: Parameters | None) -> Iterator[ChunkPasses]:
        network = Network(state.parameters)
        passes = forward(network, inputs)
        correct, loss = count_correct(passes.logits, labels), network.loss.forward(passes.loss, targets)
        gradient = backward(network, passes, targets, 1)
        for place in state.parameters.layout.statistics:
            # Moved toward themselves, the running means stay: one image has no spread.
            gradient.vector[place.slice] = state.parameters.vector[place.slice]
        yield ChunkPasses(0, inputs, targets, passes, loss, correct, gradient, None)

    return explain_batch(trainer, state, np.array([-1]), passes_of, own=own)
