"""What ``lt-proofs bound`` says of a convolutional network, which its option --conv names."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from lt_proofs.cli.output import print_json
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text

SHAPE = "1x28x28 conv 6 k5 p2, pool 2, conv 16 k5, flatten, 120, 10"
conv_option = click.option(
    "--conv",
    metavar="NETWORK",
    help=f'A convolutional network, as "{SHAPE}": hidden channels by theorem-1-conv. First the image, channels and '
    "sizes; then conv OUTPUTS with kernel k, stride s, dilation d, padding p, groups g; pool SIZE with s, p; flatten; "
    "OUTPUTS of a dense layer.",
)
norm_option = click.option(
    "--norm",
    type=click.Choice(["sup", "l2"]),
    help="With --conv: the largest absolute value, or the Euclidean norm.  [default: sup]",
)
signed_option = click.option("--signed", is_flag=True, help="With --conv: the image may have negative entries.")
WORDS = {
    "sup": ("in the largest absolute value", "kernels whose outputs' weights have absolute values of sum at most 1"),
    "l2": ("in the Euclidean norm", "kernels of norm at most 1"),
}


def show_convolutions(
    conv: str | None,
    norm: str | None,
    signed: bool,
    others: dict[str, Any],
    eps: Fraction,
    delta: Fraction,
    as_json: bool,
) -> int | None:
    """Print the hidden channels that suffice for a network; None if none is asked for.

    ``others`` are options that ask about something else. Raises BadInput where one of them is given as well, where
    options belong to --conv but it is missing, and for a network that cannot be read.
    """
    from lt_proofs.bounds.convolutions import NORMS, convolution_widths

    if conv is None:
        for option, given in (("--norm", norm), ("--signed", signed)):
            if given:
                raise BadInput(option, norm or "given", "it belongs to --conv; add that option")
        return None
    for option, value in others.items():
        if value:
            raise BadInput(option, str(value), "--conv asks about a convolutional network; leave the other option out")
    norm = norm or "sup"
    layers = convolution_widths(conv, eps, delta, norm, signed)
    random, target = sum(layer.random_weights for layer in layers), sum(layer.weights for layer in layers)
    claim = NORMS[norm] + ("" if signed else "-one-sign")
    if as_json:
        rows = [
            {
                "kind": layer.kind, "inputs": layer.inputs, "outputs": layer.outputs, "taps": layer.taps,
                "groups": layer.groups, "reads": layer.reads, "n": layer.n, "hidden": layer.hidden,
                "weights": layer.weights, "random_weights": layer.random_weights,
                "necessary": rational_text(layer.necessary),
            }
            for layer in layers
        ]  # fmt: skip
        facts = {"norm": norm, "signed": signed, "claim": claim, "weights": target, "random_weights": random}
        print_json({"layers": rows, **facts})
        return 0
    where, which = WORDS[norm]
    sure, tolerance = rational_text(1 - delta), rational_text(eps)
    print(
        f"How many hidden channels per input channel suffice so that, with probability at least {sure}, the random "
        f"network can be pruned to within {tolerance} {where} of every network of this shape with {which}?"
    )
    for number, layer in enumerate(layers, 1):
        shape = f"{layer.inputs} -> {layer.outputs}"
        window = f"{layer.kind} with {layer.taps} {'tap' if layer.taps == 1 else 'taps'}"
        grouped = "" if layer.groups == 1 else f" in {layer.groups} groups"
        print(
            f"  layer {number}, {window}, {shape}{grouped}: {layer.n} per input, {layer.hidden} in all; "
            f"at least {float(layer.necessary):.2f} per input are necessary"
        )
    print(f"{random} random weights for {target} of the target, {random / target:.0f} for each ({claim})")
    return 0
