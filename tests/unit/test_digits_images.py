"""The images of digits that come with the package: those of scikit-learn, with their licence beside them."""

from pathlib import Path

import numpy as np
import pytest

from lt_proofs.networks import digits


def test_the_images_are_those_of_scikit_learn():
    datasets = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed")
    images, labels = datasets.load_digits(return_X_y=True)
    ours, theirs = digits.all_images(), (images, labels)
    assert all(np.array_equal(*pair) and pair[0].dtype == pair[1].dtype for pair in zip(ours, theirs, strict=True))


def test_the_images_are_whole():
    images, labels = digits.all_images()
    assert images.shape == (1797, 64)
    assert set(np.unique(images)) == set(range(17))
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_every_data_file_of_others_has_its_licence_beside_it():
    licence = (Path(digits.DATA) / "IMAGES-LICENSE.txt").read_text("utf-8")
    for words in ("Alpaydin", "Kaynak", "Creative Commons Attribution 4.0", "scikit-learn developers", "images.npz"):
        assert words in licence
