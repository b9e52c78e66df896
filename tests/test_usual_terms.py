"""Whoever knows a control by its name in PyTorch, Keras or a textbook finds that name on it or in its tooltip."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QWidget

from core.training.config import SETTINGS
from core.training.setting import Choices
from gui.look.accessible import plain_text
from gui.main_window import MainWindow

TERMS = {
    "hidden": ("hidden layer", "neuron"),
    "layers": ("convolution", "max pooling", "dropout", "batch norm", "dense", "fully connected"),
    "activation": ("activation function", "nonlinearity"),
    "initialization": ("weight initialization",),
    "learning_rate": ("learning rate", "gradient", "step"),
    "schedule": ("learning rate scheduler",),
    "optimizer": ("optimizer", "gradient descent"),
    "momentum": ("momentum", "beta1"),
    "batch_size": ("batch size", "minibatch", "full batch"),
    "epochs": ("epoch",),
    "updates": ("iteration", "step"),
    "weight_decay": ("weight decay", "AdamW"),
    "augmentation": ("data augmentation",),
    "validation": ("validation set", "held out"),
    "seed": ("random seed",),
}

VALUES = {
    "relu": ("ReLU", "rectified linear unit"),
    "tanh": ("tanh", "hyperbolic tangent"),
    "sigmoid": ("sigmoid", "logistic"),
    "auto": ("He", "Xavier"),
    "he": ("He", "Kaiming"),
    "xavier": ("Xavier", "Glorot"),
    "zeros": ("zero",),
    "constant": ("constant",),
    "step": ("step decay",),
    "cosine": ("cosine annealing",),
    "sgd": ("stochastic gradient descent",),
    "momentum": ("momentum", "velocity"),
    "adam": ("Adam", "adaptive moments"),
    "none": ("none",),
    "shift": ("translation",),
    "distort": ("affine", "elastic"),
    "fooled-8": ("adversarial training",),
    "fooled-16": ("sign step", "FGSM"),
    "fooled-32": ("gradient",),
}

CONTROLS = {
    "Step": ("step", "iteration", "batch", "gradient"),
    "Reset": ("initialized",),
    "Save model…": ("weights and biases",),
    "Read by": ("network",),
    "What the network sees": ("preprocessing",),
    "Teach…": ("fine-tuning",),
    "Which parameters": ("parameters",),
    "time axis: update": ("gradient step",),
    "time axis: epoch": ("epoch",),
    "loss: log": ("log",),
    "Branch": ("learning rate", "batch size", "optimizer"),
    "Roll another seed": ("initialization",),
}
"""Buttons and fields whose names are not terms themselves."""


def assert_told(terms, text):
    missing = [term for term in terms if term.lower() not in text.lower()]
    assert not missing, (missing, text)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_names_its_usual_term(name):
    assert_told(TERMS[name], f"{SETTINGS[name].label}: {SETTINGS[name].tip}")


@pytest.mark.parametrize("name", [name for name, setting in SETTINGS.items() if isinstance(setting, Choices)])
def test_a_choice_names_its_usual_term(name):
    for choice in SETTINGS[name].choices:
        assert_told(VALUES[choice.value], f"{choice.title}: {choice.meaning}")


def test_controls_name_their_usual_terms(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    texts = {name: [] for name in CONTROLS}
    for part in (*window.findChildren(QWidget), *window.findChildren(QAction)):
        written = part.text() if isinstance(part, QAction | QAbstractButton) else ""
        name = written if isinstance(part, QAction) else part.accessibleName() or written
        if name in texts and part.toolTip():
            texts[name].append(f"{name}: {plain_text(part.toolTip())}")
    window.close()
    for name, terms in CONTROLS.items():
        assert texts[name], name
        for text in texts[name]:
            assert_told(terms, text)
