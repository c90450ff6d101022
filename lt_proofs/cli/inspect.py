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
    from lt_proofs.networks.inspected import check_prunable, facts_of
    from lt_proofs.networks.target_file import load_target

    with as_typed({"target": ("TARGET", target), "file": ("TARGET", target)}):
        network = load_target(target, **reading)
        check_prunable(network)
    found = facts_of(network)
    if as_json:
        print_json(found)
    else:
        _show(found)
    return 0


def _show(found: dict[str, Any]) -> None:
    print(f"inputs            {found['inputs']}")
    print(f"outputs           {found['outputs']}")
    for number, layer in enumerate(found["layers"], 1):
        parts = [f"{layer['inputs']} -> {layer['outputs']}", *(["with bias"] if layer["bias"] else [])]
        parts += ["ReLU"] if layer["activation"] else []
        largest = decimal_text(Fraction(layer["largest_weight"]), 4, up=True)
        norm = decimal_text(Fraction(layer["spectral_norm"]), 4, up=True)
        print(f"{f'layer {number}':17} {layer['name']}: {', '.join(parts)}")
        print(f"{'':17} largest weight {largest}, spectral norm at most {norm} (certified)")
    print(f"approximated      {found['weights']} weights, biases and the carried constant included")
    applies = {True: "applies", False: "does not apply", None: "is undecided"}[found["theorem_1"]["applies"]]
    print(f"theorem 1         {applies}: {found['theorem_1']['why']}")
    for remark in found["remarks"]:
        print(f"remark            {remark}")
