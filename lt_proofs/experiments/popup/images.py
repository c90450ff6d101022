"""The images in three parts: for training, for choosing the number of epochs, and for one final test."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput
from lt_proofs.experiments import idx
from lt_proofs.networks import digits

DIGITS = "digits"
DIGITS_VALIDATION, DIGITS_SIDE = 280, 8
VALIDATION = 6  # one in six training images of a folder chooses the epoch: 10,000 of MNIST's 60,000


@dataclass(frozen=True)
class Part:
    """Images, shape (images, pixels) with values from 0 to 1, and their classes, shape (images,)."""

    images: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, places: NDArray[np.int64]) -> Part:
        """Return the images with these indices."""
        return Part(self.images[places], self.labels[places])


@dataclass(frozen=True)
class Split:
    """Training, validation and test images, disjoint, each a square of ``side`` pixels a side."""

    training: Part
    validation: Part
    test: Part
    side: int

    @property
    def sizes(self) -> dict[str, int]:
        """The number of images in each part."""
        return {"training": len(self.training), "validation": len(self.validation), "test": len(self.test)}

    @property
    def digest(self) -> str:
        """The SHA-256 of all images and labels in order, by which a ledger recognises its data."""
        hashed = sha256()
        for part in (self.training, self.validation, self.test):
            hashed.update(part.images.tobytes())
            hashed.update(part.labels.tobytes())
        return hashed.hexdigest()

    @property
    def classes(self) -> int:
        """The number of classes."""
        return 1 + max(int(part.labels.max()) for part in (self.training, self.validation, self.test))


def load(data: str) -> Split:
    """Load the bundled digits ("digits") or a folder of IDX files such as MNIST's; raise BadInput or Malformed."""
    return _digits() if data == DIGITS else _folder(Path(data))


def _digits() -> Split:
    """The test images are those of the bundled network."""
    images, labels = digits.all_images()
    order = digits.order(len(labels))
    whole = Part((images / 16).astype(np.float32), labels)
    ends = [len(order) - digits.TEST_IMAGES - DIGITS_VALIDATION, len(order) - digits.TEST_IMAGES]
    training, validation, test = (whole.at(places) for places in np.split(order, ends))
    return Split(training, validation, test, DIGITS_SIDE)


def _folder(folder: Path) -> Split:
    test, training = idx.load_images(folder, idx.TEST, "--data"), idx.load_images(folder, idx.TRAINING, "--data")
    if test[0].shape[1] != training[0].shape[1]:
        raise BadInput("--data", folder, "its test and training images must have the same size")
    side = round(test[0].shape[1] ** 0.5)
    if side * side != test[0].shape[1] or side < DIGITS_SIDE or len(training[1]) < VALIDATION:
        raise BadInput("--data", folder, f"give square images of {DIGITS_SIDE} pixels a side or more")
    whole = Part(training[0].astype(np.float32), training[1])
    # a fixed permutation: every sweep on the same folder has the same split
    order = np.random.Generator(np.random.PCG64(0)).permutation(len(whole))
    places = np.split(order, [len(whole) - len(whole) // VALIDATION])
    return Split(whole.at(places[0]), whole.at(places[1]), Part(test[0].astype(np.float32), test[1]), side)
