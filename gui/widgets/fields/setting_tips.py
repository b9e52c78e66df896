"""What the settings are called on screen, what can be chosen, and what each means in plain words."""

from collections.abc import Mapping
from types import MappingProxyType

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "hidden": "Hidden layers",
        "activation": "Activation",
        "initialization": "Initialization",
        "learning_rate": "Learning rate",
        "schedule": "Schedule",
        "optimizer": "Optimizer",
        "momentum": "Momentum",
        "batch_size": "Batch size",
        "epochs": "Epochs",
        "updates": "Updates",
        "weight_decay": "Weight decay",
        "augmentation": "Augmentation",
        "validation": "Validation",
        "seed": "Seed",
    }
)
"""By the names of the fields of `core.training.config.TrainingConfig`."""

TIPS: Mapping[str, str] = MappingProxyType(
    {
        "hidden": (
            "Layers of units (neurons) between the 784 pixels and the ten digits. More units can learn more, but each "
            "update takes longer. Type the units of each layer, such as 128, 64, or use the buttons; nothing means no "
            "hidden layer."
        ),
        "activation": (
            "The activation function: what a unit makes of its pre-activation, the weighted sum of its inputs plus its "
            "bias. Without this nonlinearity, many layers could do no more than one."
        ),
        "initialization": (
            "How weights are drawn at random before the first update (weight initialization). They must differ, or all "
            "units of a layer learn the same. Biases begin at 0."
        ),
        "learning_rate": (
            "How far the parameters move against the gradient at each update (step, iteration). Too small and the loss "
            "hardly falls, too large and training diverges."
        ),
        "schedule": (
            "How the learning rate falls over the run, update by update (learning rate scheduler): large at first, "
            "small at the end."
        ),
        "optimizer": "The kind of gradient descent: how a gradient becomes a change of the parameters.",
        "momentum": (
            "How much of the velocity, which is what the last update added, is kept at each update: 0 none, 0.9 most "
            "of it. With Adam it is β₁ (beta1), the share kept of the running mean of the gradient."
        ),
        "batch_size": (
            "Images whose mean gradient makes an update (a minibatch). Few make many noisy updates of an epoch, all of "
            "them (full batch) one exact update. Choose, or type a number."
        ),
        "epochs": "How often the run goes through all training images: each time is an epoch.",
        "updates": "How many updates (steps, iterations) the run makes.",
        "weight_decay": (
            "Every weight, but no bias, loses the share rate × decay at each update (AdamW's way, beside the "
            "gradient). Keeps weights small and the function smooth. 0 switches it off."
        ),
        "augmentation": (
            "Random changes of each training image before the network sees it (data augmentation), so that it meets "
            "new variants all the time. Helps with drawn digits."
        ),
        "validation": (
            "Training images held out as a validation set: the network never learns from them. Choose settings by how "
            "well these are read, and look at the test set once, at the end. 5,000 of MNIST's 60,000 are usual."
        ),
        "seed": (
            "The random seed decides all chance: initialization, order of the images, augmentation. On one computer "
            "the same seed gives the same run, to the last bit. On another processor the last digits may "
            "differ, and at a high learning rate the whole run."
        ),
    }
)
"""For somebody who meets these words for the first time."""

CHOICES: Mapping[str, tuple[tuple[str, str, str], ...]] = MappingProxyType(
    {
        "activation": (
            ("relu", "ReLU", "Rectified linear unit, max(0, z): keeps what is positive, else 0. Fast and usual."),
            ("tanh", "tanh", "Hyperbolic tangent: maps the pre-activation smoothly to the range from −1 to 1."),
            ("sigmoid", "sigmoid", "Logistic function: maps the pre-activation smoothly to the range from 0 to 1."),
        ),
        "initialization": (
            ("auto", "auto", "He for ReLU, Xavier for tanh and sigmoid."),
            ("he", "He", "He (Kaiming) normal: random, of the size that suits ReLU."),
            ("xavier", "Xavier", "Xavier (Glorot) normal: random, of the size that suits tanh and sigmoid."),
            (
                "zeros",
                "all zero",
                "To see why units must differ: equal units get equal gradients. Lesson: All-zero start.",
            ),
        ),
        "schedule": (
            ("constant", "constant", "The same rate throughout."),
            ("step", "step", "Step decay: halved after each fifth of the run."),
            ("cosine", "cosine", "Cosine annealing: falls gently, almost to 0 at the end of the run."),
        ),
        "optimizer": (
            ("sgd", "SGD", "Stochastic gradient descent: straight down the slope of the batch, against its gradient."),
            (
                "momentum",
                "momentum",
                "SGD with momentum: adds up the gradients of earlier updates, which fade (a velocity).",
            ),
            (
                "adam",
                "Adam",
                "Adaptive moments: scales the change of each parameter by the size of its gradients so far. Wants "
                "rates near 0.001.",
            ),
        ),
        "augmentation": (
            ("none", "none", "Every image as it is."),
            ("shift", "shift", "Translation: moved by up to one pixel."),
            ("distort", "distort", "Affine and elastic: slanted, turned, scaled, bent, thicker or thinner. Slower."),
        ),
    }
)
"""Value, name and meaning of each choice."""

WHILE_RUNNING = "This cannot change while training goes on: pause first."
NO_MOMENTUM = "Plain SGD keeps nothing of earlier gradients. Choose momentum or Adam as optimizer to use this."
LONGEST_ADAM_RATE = 0.01
"""With 0.1 the default preset reads 16 % of the built-in test digits after five epochs, with this 86 %."""

TOO_FAR_FOR_ADAM = "Adam moves each parameter about as far as the rate says, whatever the gradient: try 0.001."
LIVE = "Takes effect at once, also while training goes on."
NEW_RUN = "Changing it starts a new run."
LEGEND = "takes effect within the run"
