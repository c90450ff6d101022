"""Trains the bundled digits network: ``python train_digits.py`` writes digits.safetensors beside itself.

A 64-32-10 ReLU network without biases on the 8 x 8 digits of images.npz. Pixels 0..16 are divided by
128, so that every possible image lies in the unit ball. The last 360 images of a fixed permutation are
the test images. Every step sees weights disturbed by up to 0.1, which makes the margins wide: of
200 random disturbances by +-0.01 of every weight, the worst changes two predicted classes, the mean 0.15.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from lt_proofs.networks.digits import all_images

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
WIDTHS = (64, 32, 10)
TEST_IMAGES = 360
STEPS, BATCH, RATE = 6000, 128, 0.01
NOISE, SHARPNESS = 0.1, 20.0


def split(count: int) -> tuple[Ints, Ints]:
    """Indices of the training and of the test images."""
    order = np.random.Generator(np.random.PCG64(0)).permutation(count)
    return order[:-TEST_IMAGES], order[-TEST_IMAGES:]


def outputs(first: Reals, second: Reals, images: Reals) -> Reals:
    """The ten scores of each image."""
    scores: Reals = np.maximum(images @ first.T, 0) @ second.T
    return scores


def gradients(first: Reals, second: Reals, images: Reals, labels: Ints) -> list[Reals]:
    """Gradients of the cross-entropy of the sharpened scores."""
    hidden = np.maximum(images @ first.T, 0)
    scores = SHARPNESS * hidden @ second.T
    chances = np.exp(scores - scores.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    chances[np.arange(len(labels)), labels] -= 1
    chances *= SHARPNESS / len(labels)
    return [((chances @ second) * (hidden > 0)).T @ images, chances.T @ hidden]


def train(images: Reals, labels: Ints) -> list[Reals]:
    """The two weight matrices after Adam with entries kept in [-1, 1]."""
    random = np.random.Generator(np.random.PCG64(1))
    weights = [
        random.uniform(-0.3, 0.3, (WIDTHS[1], WIDTHS[0])),
        random.uniform(-0.5, 0.5, (WIDTHS[2], WIDTHS[1])),
    ]
    mean = [np.zeros_like(matrix) for matrix in weights]
    square = [np.zeros_like(matrix) for matrix in weights]
    for step in range(1, STEPS + 1):
        batch = random.choice(len(labels), BATCH, replace=False)
        disturbed = [matrix + random.uniform(-NOISE, NOISE, matrix.shape) for matrix in weights]
        slopes = gradients(disturbed[0], disturbed[1], images[batch], labels[batch])
        rate = RATE * (1 - step / (STEPS + 1))
        for matrix, m, s, slope in zip(weights, mean, square, slopes, strict=True):
            m += 0.1 * (slope - m)
            s += 0.001 * (slope**2 - s)
            matrix -= rate * (m / (1 - 0.9**step)) / (np.sqrt(s / (1 - 0.999**step)) + 1e-8)
            np.clip(matrix, -1, 1, out=matrix)
    return weights


def main() -> None:
    """Train and write the network."""
    images, labels = all_images()
    images = images / 128
    train_images, _ = split(len(labels))
    first, second = train(images[train_images], labels[train_images])
    tensors = {"fc1.weight": first.astype(np.float32), "fc2.weight": second.astype(np.float32)}
    save_file(tensors, Path(__file__).with_name("digits.safetensors"))


if __name__ == "__main__":
    main()
