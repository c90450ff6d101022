"""The bundled target, a network of widths 64-32-10 for 8 x 8 images of handwritten digits, and the images.

The images are those of scikit-learn's ``load_digits``; data/IMAGES-LICENSE.txt says where they come from.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.files import read_arrays
from lt_proofs.networks.target import Target
from lt_proofs.networks.target_file import load_target

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
DATA = Path(str(resources.files("lt_proofs.networks"))) / "data"
TEST_IMAGES = 360
# pixels go from 0 to 16, so an image has norm at most 8 * 16 = 128
PIXEL_SCALE = 128


def path() -> Path:
    """Return the file of the bundled network, which data/train_digits.py made."""
    return DATA / "digits.safetensors"


def target() -> Target:
    """Return the bundled network."""
    return load_target(path())


def is_target(network: Target) -> bool:
    """Return whether a network is the bundled one, weight by weight."""
    ours = target().layers
    same_shape = network.widths == target().widths and network.last_bias == 0
    return same_shape and all(
        np.array_equal(one.weight, other.weight) for one, other in zip(network.layers, ours, strict=True)
    )


def all_images() -> tuple[Reals, Ints]:
    """Return the 1,797 images, one a row of 64 pixels from 0 to 16, and their digits."""
    arrays = read_arrays(DATA / "images.npz")
    return arrays["images"].astype(np.float64), arrays["labels"].astype(np.int64)


def test_images() -> tuple[Reals, Ints]:
    """Return the 360 images that training did not see, divided by 128 into the unit ball, and their digits."""
    images, labels = all_images()
    places = order(len(labels))[-TEST_IMAGES:]
    return images[places] / PIXEL_SCALE, labels[places]


def order(count: int) -> Ints:
    """Return a fixed permutation of the images; the last 360 in this order are the test images."""
    return np.random.Generator(np.random.PCG64(0)).permutation(count)


def accuracy(target_forward: Callable[[Any], Any], ticket_forward: Callable[[Any], Any]) -> dict[str, Any]:
    """Return how many test images each network classifies correctly, and on how many the two disagree."""
    images, labels = test_images()
    theirs, ours = target_forward(images).argmax(axis=1), ticket_forward(images).argmax(axis=1)
    return {
        "images": len(labels),
        "target": int((theirs == labels).sum()),
        "ticket": int((ours == labels).sum()),
        "changed": int((theirs != ours).sum()),
    }
