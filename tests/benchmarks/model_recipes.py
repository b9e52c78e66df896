"""What generated digits and distortions are worth: one network trained on several mixtures.

``python -m tests.benchmarks.model_recipes MNIST_FOLDER PEN_FILE`` trains 784-128-10 for 30 epochs on 50,000 training
images of MNIST, with and without 60,000 generated digits and distortions, and prints how many of the other 10,000
and of the pen digits it reads. The test set is not looked at. Takes some minutes.
"""

import argparse
from pathlib import Path

import numpy as np

from core.data.data_sources import load_pair
from core.data.dataset import DataPair, Dataset
from core.files.shipped_models import SHIPPED_MODELS, ShippedModel, train_shipped_model
from core.training.evaluation import evaluate
from tests.benchmarks.pen_digits import draw, read_strokes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mnist", type=Path)
    parser.add_argument("pen", type=Path)
    arguments = parser.parse_args()
    mnist = load_pair(arguments.mnist).train
    order = np.random.default_rng(0).permutation(len(mnist))
    split = DataPair(
        mnist.take(order[10_000:], "MNIST, 50,000"), mnist.take(order[:10_000], "held out"), "MNIST, split"
    )
    digits, labels = read_strokes(arguments.pen)
    drawn = np.array([draw(strokes) for strokes in digits])
    pen = Dataset(np.rint(drawn * 255).astype(np.uint8), labels.astype(np.uint8), "pen digits")
    print("| generated digits | distortion | MNIST, held out | pen digits |\n|---|---|---|---|", flush=True)
    for synthetic in (0, 60_000):
        for augmentation in ("none", "shift", "distort"):
            config = SHIPPED_MODELS["wide"].config.with_changes(epochs=30, augmentation=augmentation)
            recipe = ShippedModel(title="", sentence="", synthetic=synthetic, config=config)
            network = train_shipped_model(recipe, split).network
            held_out, drawings = (evaluate(network, dataset).accuracy for dataset in (split.test, pen))
            print(f"| {synthetic:,} | {augmentation} | {held_out:.2%} | {drawings:.2%} |", flush=True)


if __name__ == "__main__":
    main()
