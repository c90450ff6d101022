"""``lt-proofs inspect``: what a network's file was read as, before anything is pruned."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from lt_proofs.cli.output import json_option, print_json
from lt_proofs.cli.reading import reading_options
from lt_proofs.errors import as_typed
from lt_proofs.exact.rational import decimal_text

# how a node that is no layer, and the steps of a window, are called
OPERATIONS = {"input": "input", "relu": "ReLU", "max": "max pooling", "mean": "average pooling", "add": "sum"}
STEPS = (("stride", "strides"), ("dilation", "dilations"))


@click.command("inspect")
@click.argument("target", type=click.Path(path_type=Path))
@reading_options
@json_option
def command(target: Path, reading: dict[str, Any], as_json: bool) -> int:
    """Say how the network in TARGET is read, and what a ticket for it would approximate.

    Prints layers, activations, largest weights, certified bounds of spectral norms, whether the hypotheses of Theorem 1
    hold, what was folded or left out, and how far the layers differ from the network's own runtime. Exit code 3, with
    one line, where `prune` would refuse the file.
    """
    from lt_proofs.networks.image_inspected import check_images_prunable, image_facts_of
    from lt_proofs.networks.image_target import ImageTarget
    from lt_proofs.networks.inspected import check_prunable, facts_of
    from lt_proofs.networks.target_file import load_target

    with as_typed({"target": ("TARGET", target), "file": ("TARGET", target)}):
        network = load_target(target, **reading)
        if isinstance(network, ImageTarget):
            check_images_prunable(network)
        else:
            check_prunable(network)
    found = image_facts_of(network) if isinstance(network, ImageTarget) else facts_of(network)
    if as_json:
        print_json(found)
    elif isinstance(network, ImageTarget):
        _show_images(found)
    else:
        _show(found)
    return 0


def _show(found: dict[str, Any]) -> None:
    print(f"inputs            {found['inputs']}")
    print(f"outputs           {found['outputs']}")
    for number, layer in enumerate(found["layers"], 1):
        parts = [f"{layer['inputs']} -> {layer['outputs']}", *(["with bias"] if layer["bias"] else [])]
        parts += ["ReLU"] if layer["activation"] else []
        print(f"{f'layer {number}':17} {layer['name']}: {', '.join(parts)}")
        print(f"{'':17} {_sizes(layer)} (certified)")
    print(f"approximated      {found['weights']} weights, biases and the carried constant included")
    _show_end(found, "theorem 1")


def _show_images(found: dict[str, Any]) -> None:
    print(f"inputs            {found['inputs']}, of shape {_times(found['input_shape'])}")
    print(f"outputs           {found['outputs']}")
    number = 0
    for place, node in enumerate(found["nodes"]):
        reads = node.get("of", [])
        sources = reads if isinstance(reads, list) else [reads]
        behind = "" if sources in ([], [place - 1]) else f", of {', '.join(map(str, sources))}"
        shape = _times(found["shapes"][place])
        if node["op"] != "layer":
            print(f"{f'node {place}':17} {OPERATIONS[node['op']]}{_window(node)}: {shape}{behind}")
            continue
        layer = found["layers"][number]
        parts = [f"{_times(layer['inputs'])} -> {shape}", f"kernel{_window(node)}"]
        parts += [f"{layer['groups']} groups"] if layer["groups"] > 1 else []
        parts += ["with bias"] if layer["bias"] else []
        print(f"{f'node {place}':17} layer {number + 1}, {layer['name']}: {', '.join(parts)}{behind}")
        sup = decimal_text(Fraction(layer["sup_norm"]), 4, up=True)
        print(f"{'':17} {_sizes(layer)}, sup norm {sup} (certified)")
        number += 1
    print(f"approximated      {found['weights']} weights and biases")
    _show_end(found, "theorem-1-conv")


def _window(node: dict[str, Any]) -> str:
    """Return the window of a node in words, "" if it has none."""
    if "kernel" not in node:
        return ""
    parts = [f" {_times(node['kernel'])}"]
    parts += [f"{name} {_times(node[key])}" for name, key in STEPS if max(node.get(key, [1])) > 1]
    pads = node["pads"]
    mode = {"zeros": ""}.get(node.get("mode", "zeros"), f" ({node.get('mode')})")
    parts += [f"padding {', '.join(f'{a}+{b}' for a, b in pads)}{mode}"] if any(map(any, pads)) else []
    return ", ".join(parts)


def _times(sizes: list[int]) -> str:
    return " x ".join(map(str, sizes))


def _sizes(layer: dict[str, Any]) -> str:
    largest = decimal_text(Fraction(layer["largest_weight"]), 4, up=True)
    return (
        f"largest weight {largest}, spectral norm at most {decimal_text(Fraction(layer['spectral_norm']), 4, up=True)}"
    )


def _show_end(found: dict[str, Any], theorem: str) -> None:
    applies = {True: "applies", False: "does not apply", None: "is undecided"}[found["theorem_1"]["applies"]]
    print(f"{theorem:17} {applies}: {found['theorem_1']['why']}")
    for remark in found["remarks"]:
        print(f"remark            {remark}")
