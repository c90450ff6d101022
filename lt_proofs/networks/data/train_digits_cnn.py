"""Trains the bundled convolutional network: ``python train_digits_cnn.py`` writes digits_cnn.safetensors beside itself.

Two convolutions of 3 x 3 with 4 and 8 channels, each followed by ReLU and max pooling of 2 x 2, and a dense layer, all
with biases: 666 parameters for the 8 x 8 digits of images.npz. Pixels 0..16 are divided by 16, so that inputs lie in
[0, 1]. The last 360 images of a fixed permutation are the test images. Every step sees weights disturbed by up to 0.05,
which makes the margins wide, and entries stay in [-1/2, 1/2]. Needs the extra [torch].
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from lt_proofs.networks.digits import TEST_IMAGES, all_images, order
from lt_proofs.networks.given_network import target_of
from lt_proofs.networks.ticket_files import target_bytes

STEPS, BATCH, RATE = 4000, 128, 0.01
NOISE, MOST, DECAY, SHARPNESS = 0.05, 0.5, 0.03, 4.0
SHAPE = (1, 8, 8)


def network() -> nn.Sequential:
    """Return the network before it is trained."""
    torch.manual_seed(1)
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(32, 10)),
    )


def train(module: nn.Sequential, images: torch.Tensor, labels: torch.Tensor) -> None:
    """Train by Adam with disturbed weights, and keep all entries in [-1/2, 1/2]."""
    optimizer = torch.optim.AdamW(module.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, STEPS)
    for _ in range(STEPS):
        batch = torch.randperm(len(labels))[:BATCH]
        noises = [(2 * torch.rand_like(weight) - 1) * NOISE for weight in module.parameters()]
        _shift(module, noises, 1)
        loss = nn.functional.cross_entropy(SHARPNESS * module(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        _shift(module, noises, -1)
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            for weight in module.parameters():
                weight.clamp_(-MOST, MOST)


def _shift(module: nn.Sequential, noises: list[torch.Tensor], sign: int) -> None:
    with torch.no_grad():
        for weight, noise in zip(module.parameters(), noises, strict=True):
            weight.add_(noise, alpha=sign)


def main() -> None:
    """Train and write the network."""
    torch.set_num_threads(1)
    images, labels = all_images()
    train_images = order(len(labels))[:-TEST_IMAGES]
    module = network()
    pixels = torch.from_numpy((images / 16).astype(np.float32)).reshape(-1, *SHAPE)
    train(module, pixels[train_images], torch.from_numpy(labels)[train_images])
    target = target_of(module, shape=(1, *SHAPE))
    Path(__file__).with_name("digits_cnn.safetensors").write_bytes(target_bytes(target))


if __name__ == "__main__":
    main()
