"""What the settings are called on screen, what can be chosen, and what each means in plain words."""

from collections.abc import Mapping
from types import MappingProxyType

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "hidden": "Hidden layers",
        "activation": "Activation",
        "initialization": "First weights",
        "learning_rate": "Learning rate",
        "schedule": "Schedule",
        "optimizer": "Optimizer",
        "momentum": "Momentum",
        "batch_size": "Batch size",
        "epochs": "Epochs",
        "updates": "Updates",
        "weight_decay": "Weight decay",
        "augmentation": "Distortion",
        "validation": "Validation",
        "seed": "Seed",
    }
)
"""By the names of the fields of `core.config.TrainingConfig`."""

TIPS: Mapping[str, str] = MappingProxyType(
    {
        "hidden": (
            "Layers of units between the 784 pixels and the ten digits. More units can learn more, and slower. Type "
            "the units of each layer, such as 128, 64, or use the buttons; nothing means no hidden layer."
        ),
        "activation": (
            "What a unit does with its weighted sum. Without this bend, many layers could do no more than one."
        ),
        "initialization": (
            "How the first weights are drawn. They must differ, or all units of a layer learn the same."
        ),
        "learning_rate": (
            "How far the weights move at each update. Too small and learning crawls, too large and it runs away."
        ),
        "schedule": (
            "How the learning rate falls over the run: large steps while there is far to go, small ones to settle."
        ),
        "optimizer": "How a gradient becomes a step.",
        "momentum": "How much of the last step is kept, like a ball that keeps rolling: 0 none, 0.9 most of it.",
        "batch_size": (
            "Images looked at before each update. Few make many rough steps, all of them one exact step. Choose, or "
            "type a number."
        ),
        "epochs": "How often the run goes through all training images.",
        "updates": "How many updates the run makes.",
        "weight_decay": (
            "Lets every weight shrink a little at each update, which keeps the network from trusting single pixels. 0 "
            "switches it off."
        ),
        "augmentation": (
            "Changes each image a little before the network sees it, so that it meets ever new ones. Helps with "
            "drawn digits."
        ),
        "validation": (
            "Training images held out: the network never learns from them. Choose settings by how well these are read, "
            "and look at the test set once, at the end. 5,000 of MNIST's 60,000 are usual."
        ),
        "seed": (
            "Decides all chance: first weights, order of the images, distortions. The same seed gives the same run."
        ),
    }
)
"""For somebody who meets these words for the first time."""

CHOICES: Mapping[str, tuple[tuple[str, str, str], ...]] = MappingProxyType(
    {
        "activation": (
            ("relu", "ReLU", "Keeps what is positive, makes the rest 0. Fast and usual."),
            ("tanh", "tanh", "Bends the sum smoothly into -1 to 1."),
            ("sigmoid", "sigmoid", "Bends the sum smoothly into 0 to 1."),
        ),
        "initialization": (
            ("auto", "auto", "He for ReLU, Xavier for tanh and sigmoid."),
            ("he", "He", "Random, of the size that suits ReLU."),
            ("xavier", "Xavier", "Random, of the size that suits tanh and sigmoid."),
            ("zeros", "all zero", "A lesson: units that start equal stay equal."),
        ),
        "schedule": (
            ("constant", "constant", "The same rate throughout."),
            ("step", "step", "Halved after each fifth of the run."),
            ("cosine", "cosine", "Falls gently to 0 at the end of the run."),
        ),
        "optimizer": (
            ("sgd", "SGD", "Straight down the slope."),
            ("momentum", "momentum", "Keeps rolling in the direction of the last steps."),
            ("adam", "Adam", "A step size of its own for each weight. Wants rates near 0.001."),
        ),
        "augmentation": (
            ("none", "none", "Every image as it is."),
            ("shift", "shift", "Moved by up to one pixel."),
            ("distort", "distort", "Slanted, turned, scaled, bent, thicker or thinner. Slower."),
        ),
    }
)
"""Value, name and meaning of each choice."""

WHILE_RUNNING = "This cannot change while training goes on: pause first."
NO_MOMENTUM = "SGD keeps nothing of the last step. Choose momentum or Adam as optimizer to use this."
LONGEST_ADAM_RATE = 0.01
"""With 0.1 the default preset reads 16 % of the built-in test digits after five epochs, with this 86 %."""

TOO_FAR_FOR_ADAM = "Adam steps about as far as the rate says, whatever the gradient: try 0.001."
LIVE = "Takes effect at once, also while training goes on."
NEW_RUN = "Changing it starts a new run."
LEGEND = "takes effect within the run"
