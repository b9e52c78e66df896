"""Whoever knows a control by its name in PyTorch, Keras or a textbook finds that name on it or in its tooltip."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QMenu, QTabBar, QWidget

from core.training.config import SETTINGS
from core.training.setting import Choices
from gui.help.documents import read_words
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
    "mix": ("distorted", "shifted"),
    "fooled-8": ("adversarial training",),
    "fooled-16": ("sign step", "FGSM"),
    "fooled-32": ("gradient",),
}

CONTROLS = {
    "Step": ("step", "iteration", "batch", "gradient"),
    "Reset": ("initialized",),
    "Save model…": ("weights and biases", "checkpoint"),
    "Read by": ("network", "pretrained"),
    "What the network sees": ("preprocessing",),
    "Which parameters": ("parameters",),
    "time axis: update": ("gradient step",),
    "time axis: epoch": ("epoch",),
    "loss: log": ("log",),
    "Branch": ("checkpoint", "learning rate", "batch size", "optimizer"),
    "Roll another seed": ("initialization",),
    "More kinds of layers": ("convolution", "max pooling", "dropout", "batch norm"),
    "Convolution": ("kernel", "feature map", "Conv2d"),
    "Max pooling": ("MaxPool2d",),
    "Dense": ("fully connected", "Linear"),
    "Dropout": ("at random", "overfitting"),
    "Batch norm": ("mean", "scale and shift"),
    "Show: Signal": ("forward pass",),
    "Show: Gradient": ("backward pass",),
    "Worth of units": ("ablation",),
    "Switch off": ("ablation",),
    "Take each away": ("ablation",),
    "Section: Story": ("dying ReLU",),
    "Section: Dream": ("feature visualization", "gradient ascent"),
    "Section: Effect": ("ablation",),
    "Beside the image: Check": ("gradient check", "finite differences"),
    "Show: Confusion": ("confusion matrix",),
    "Show: Calibration": ("reliability diagram", "temperature"),
    "Fit T": ("temperature scaling",),
    "Only wrong": ("misclassifies",),
    "Answer": ("probability", "softmax"),
    "Why?": ("attribution", "gradient × input"),
    "Fool it": ("adversarial example",),
    "Gray levels": ("sign step", "FGSM"),
    "Least change": ("DeepFool",),
    "Fool the test set": ("robust accuracy",),
    "Like it": ("nearest neighbors",),
    "Find the most alike": ("nearest neighbors",),
    "Dream of": ("activation maximization",),
    "Steps": ("preprocessing",),
    "Teach…": ("fine-tuning",),
}
"""Buttons, fields and pages whose names are not terms themselves."""

STAGES = {"x", "z", "a", "p", "loss", "W", "b", "dW", "db", "keep", "bn"}
"""What Step through calls its stages, without the numbers of layers."""

PAGES = {"a unit's page", "page of a map", "Images", "Dream"}
"""Of the tab Network, and what stands on them."""


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


@pytest.fixture
def tooltips(qtbot):
    """The tooltips of buttons, fields and pages of the window by name, without those of lessons, called alike."""
    window = MainWindow()
    qtbot.addWidget(window)
    lessons = next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&Lessons")
    found: dict[str, list[str]] = {}
    for part in (*window.findChildren(QWidget), *window.findChildren(QAction)):
        if isinstance(part, QTabBar):
            for place in range(part.count()):
                found.setdefault(part.tabText(place), []).append(part.tabToolTip(place))
            continue
        written = part.text().replace("&", "") if isinstance(part, QAction | QAbstractButton) else ""
        name = written if isinstance(part, QAction) else part.accessibleName() or written
        if name and part.toolTip() and part.parent() is not lessons:
            found.setdefault(name, []).append(plain_text(part.toolTip()))
    yield found
    window.close()


def test_controls_name_their_usual_terms(tooltips):
    for name, terms in CONTROLS.items():
        assert tooltips.get(name), name
        for text in tooltips[name]:
            assert_told(terms, f"{name}: {text}")


def test_what_the_words_call_a_part_of_the_window_is_there(tooltips):
    """Behind a colon in the last column stands a page, a button, a setting or a stage of that name."""
    known = {name.rpartition(": ")[2] for name in tooltips} | {setting.label for setting in SETTINGS.values()}
    places = (place for words in read_words().sections.values() for word in words for place in word.where.split("; "))
    named = {control for place in places for control in place.partition(": ")[2].split(", ") if control}
    assert len(named) > 30
    assert not named - known - STAGES - PAGES
