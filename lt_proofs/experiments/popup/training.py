"""Stochastic gradient descent with early stopping: validation chooses the epoch, and only that one is tested."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from lt_proofs.experiments.popup.images import Part, Split

MOMENTUM, DECAY = 0.9, 0.0005


@dataclass(frozen=True)
class Fit:
    """The result of training: the epoch (from 1) with the best validation, and its numbers of correct images."""

    epoch: int
    validation: int
    test: int


def train(
    network: Any, split: Split, epochs: int, batch: int, generator: Any, device: str = "cpu", rate: float = 0.1
) -> Fit:
    """Train all parameters with a cosine learning-rate schedule; leave the network in the state of the chosen epoch."""
    network.to(device)
    images, labels = _on(split.training, device)
    validation, test = _on(split.validation, device), _on(split.test, device)
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=MOMENTUM, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    loss = nn.CrossEntropyLoss()
    best, chosen, state = -1, 0, copy.deepcopy(network.state_dict())
    for epoch in range(1, epochs + 1):
        for places in torch.randperm(len(labels), generator=generator).to(device).split(batch):
            optimizer.zero_grad()
            loss(network(images[places]), labels[places]).backward()
            optimizer.step()
        schedule.step()
        # the first of several equally good epochs is chosen
        right = _right(network, validation)
        if right > best:
            best, chosen, state = right, epoch, copy.deepcopy(network.state_dict())
    # the only use of the test images, after everything has been chosen
    network.load_state_dict(state)
    return Fit(chosen, best, _right(network, test))


def _on(part: Part, device: str) -> tuple[Any, Any]:
    """Copy images and labels to a device."""
    return torch.from_numpy(part.images).to(device), torch.from_numpy(part.labels).to(device)


def _right(network: Any, part: tuple[Any, Any]) -> int:
    """Return how many images of a part are classified correctly."""
    with torch.no_grad():
        return int((network(part[0]).argmax(dim=1) == part[1]).sum())


@contextlib.contextmanager
def threads(count: int | None) -> Iterator[None]:
    """Set the number of torch threads within the block; with one, small networks train faster and reproducibly."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def generator(seed: int, *parts: int) -> Any:
    """Return a torch generator for initial scores, batches and convolutions; random weights come from Philox instead.

    Seed and parts are mixed by a multiplicative hash, so that different parts of a run draw unrelated numbers.
    """
    numbers = torch.Generator()
    mixed = 0
    for part in (seed, *parts):
        mixed = (mixed * 0x9E3779B97F4A7C15 + part + 1) % 2**63
    return numbers.manual_seed(mixed)
