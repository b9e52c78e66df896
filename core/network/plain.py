"""The whole thing on one page: a network of ten hidden units that learns to read digits, and nothing around it.

``python -m core.network.plain`` runs it. All else in `core` does the same for any number of layers, faster, and so that
every step can be shown, repeated and taken back. The tests hold that `core.training.trainer` and this page learn the
same numbers.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import Floats, Labels, Pixels


def forward(x: Floats, W1: Floats, b1: Floats, W2: Floats, b2: Floats) -> tuple[Floats, Floats]:
    """Run images x, of shape (m, 784), through both layers; return the hidden activations and the probabilities."""
    a1 = np.maximum(x @ W1 + b1, 0)
    z2 = a1 @ W2 + b2
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    return a1, e / e.sum(axis=1, keepdims=True)


def loss(p: Floats, labels: Labels) -> float:
    """Return the mean of -ln(probability given to the true digit)."""
    return float(-np.log(p[np.arange(len(labels)), labels]).mean())


def backward(x: Floats, labels: Labels, a1: Floats, p: Floats, W2: Floats) -> tuple[Floats, ...]:
    """Follow the chain rule from the loss back to every parameter."""
    dz2 = (p - np.eye(10)[labels]) / len(x)
    dz1 = (dz2 @ W2.T) * (a1 > 0)
    return x.T @ dz1, dz1.sum(axis=0), a1.T @ dz2, dz2.sum(axis=0)


def train(
    images: Pixels, labels: Labels, parameters: list[Floats], batches: Iterable[NDArray[np.int64]], rate: float
) -> Iterator[float]:
    """Change the parameters in place, against the gradient of each batch's loss; yield that loss before the update."""
    for batch in batches:
        x, digits = images[batch] / 255, labels[batch]
        a1, p = forward(x, *parameters)
        for parameter, gradient in zip(parameters, backward(x, digits, a1, p, parameters[2]), strict=True):
            parameter -= rate * gradient
        yield loss(p, digits)


def read(part: str) -> tuple[Pixels, Labels]:
    """Read the built-in digits: a byte holds two pixels of sixteen shades each."""
    with np.load(Path(__file__).parents[2] / "resources" / "builtin_digits.npz") as file:
        packed = file[f"{part}_images"]
        return np.stack([packed >> 4, packed & 15], axis=2).reshape(-1, 784) * np.uint8(17), file[f"{part}_labels"]


def main() -> None:
    """Train on the built-in digits, 50 at a time, and print how wrong the network still is."""
    (images, labels), (new_images, new_digits) = read("train"), read("test")
    rng = np.random.default_rng(0)
    W1, W2 = (rng.standard_normal(shape) * np.sqrt(2 / shape[0]) for shape in ((784, 10), (10, 10)))
    parameters = [W1, np.zeros(10), W2, np.zeros(10)]
    for epoch in range(5):
        batches = rng.permutation(len(images)).reshape(-1, 50)
        losses = list(train(images, labels, parameters, batches, 0.1))
        right = forward(new_images / 255, *parameters)[1].argmax(axis=1) == new_digits
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {right.mean():.1%} of the test images read correctly")


if __name__ == "__main__":
    main()
