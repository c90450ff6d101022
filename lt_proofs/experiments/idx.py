"""Read images and labels from IDX files, the format in which MNIST is distributed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.files import read_bytes

TEST = IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
TRAINING = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
UNSIGNED_BYTES = 8


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Return the array of bytes in an IDX file with that many dimensions; raise Malformed if it is not one.

    The header holds two zero bytes, the element type, the number of dimensions, and the sizes as big-endian integers.
    """
    content = read_bytes(path)
    start = 4 + 4 * dimensions
    # the magic number also fixes the element type, so only unsigned bytes are accepted
    if len(content) < start or content[:4] != bytes((0, 0, UNSIGNED_BYTES, dimensions)):
        raise Malformed(path, f"it is not an IDX file of bytes with {dimensions} dimensions")
    shape = [int.from_bytes(content[4 * i + 4 : 4 * i + 8], "big") for i in range(dimensions)]
    if math.prod(shape) != len(content) - start:
        raise Malformed(path, f"its shape {shape} does not fit its {len(content) - start} bytes of data")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def test_images(folder: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the test images of a folder, shape (images, pixels) with values from 0 to 1, and their labels."""
    return load_images(folder, TEST, "--mnist")


def load_images(folder: Path, names: tuple[str, str], option: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the images in one file of the folder and the labels in another.

    ``names`` are the two file names, ``option`` the command-line option that named the folder. Raises BadInput if a
    file is missing and Malformed if it is not an IDX file or the numbers of images and labels differ.
    """
    for name in names:
        if not (folder / name).is_file():
            raise BadInput(option, folder, f"it must hold {' and '.join(names)}, unpacked")
    images, labels = read_idx(folder / names[0], 3), read_idx(folder / names[1], 1)
    if len(images) != len(labels):
        raise Malformed(folder, f"{len(images)} images, {len(labels)} labels")
    # pixels are bytes; dividing by the largest one maps them to [0, 1]
    return images.reshape(len(images), -1) / 255, labels.astype(np.int64)
