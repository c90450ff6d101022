"""The bundled targets for 8 x 8 images of handwritten digits, and the images: a dense and a convolutional network.

The dense network has widths 64-32-10 and no biases. The convolutional one has two convolutions of 3 x 3 with 4 and 8
channels, each followed by max pooling, and a dense layer, all with biases.

The images are those of scikit-learn's ``load_digits``; data/IMAGES-LICENSE.txt says where they come from.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import Malformed
from lt_proofs.files import read_arrays
from lt_proofs.networks.image_target import ImageTarget
from lt_proofs.networks.target import Target
from lt_proofs.networks.target_file import load_target

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
DATA = Path(str(resources.files("lt_proofs.networks"))) / "data"
TEST_IMAGES = 360
# pixels go from 0 to 16, so an image has norm at most 8 * 16 = 128
BRIGHTEST, PIXEL_SCALE = 16, 128


def path() -> Path:
    """Return the file of the bundled network, which data/train_digits.py made."""
    return DATA / "digits.safetensors"


def target() -> Target:
    """Return the bundled dense network."""
    found = load_target(path())
    if isinstance(found, ImageTarget):
        raise Malformed(path(), "it is the bundled dense network no more")
    return found


def cnn_path() -> Path:
    """Return the file of the bundled convolutional network, which data/train_digits_cnn.py made."""
    return DATA / "digits_cnn.safetensors"


def cnn_target() -> ImageTarget:
    """Return the bundled convolutional network, for inputs in [0, 1]."""
    found = load_target(cnn_path())
    if not isinstance(found, ImageTarget):
        raise Malformed(cnn_path(), "it is the bundled convolutional network no more")
    return found


def is_target(network: Target | ImageTarget) -> bool:
    """Return whether a network is one of the bundled ones, weight by weight."""
    ours = cnn_target() if isinstance(network, ImageTarget) else target()
    same_shape = network.widths == ours.widths and network.last_bias == ours.last_bias
    return same_shape and all(
        np.array_equal(one.weight, other.weight) for one, other in zip(network.layers, ours.layers, strict=True)
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


def cnn_images() -> tuple[Reals, Ints]:
    """Return the test images with pixels in [0, 1], as the convolutional network takes them, and their digits."""
    images, labels = test_images()
    return images * (PIXEL_SCALE / BRIGHTEST), labels


def accuracy(
    target_forward: Callable[[Any], Any],
    ticket_forward: Callable[[Any], Any],
    images_of: Callable[[], tuple[Reals, Ints]] = test_images,
) -> dict[str, Any]:
    """Return how many test images each network classifies correctly, and on how many the two disagree."""
    images, labels = images_of()
    theirs, ours = target_forward(images).argmax(axis=1), ticket_forward(images).argmax(axis=1)
    return {
        "images": len(labels),
        "target": int((theirs == labels).sum()),
        "ticket": int((ours == labels).sum()),
        "changed": int((theirs != ours).sum()),
    }
