"""``lt-proofs bound``: how many samples and how wide a network each theorem certifies, and what is necessary."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from lt_proofs.cli.output import RATIONAL, ends_of, json_option, note, print_json
from lt_proofs.errors import BadInput

LAWS = "uniform, product, gadget, uniform:R, normal:SIGMA, laplace:B, triangular:R, density:TERM in z, or a JSON file."


@click.command("bound")
@click.option("--eps", type=RATIONAL, required=True, help="Tolerance; read exactly.")
@click.option("--delta", type=RATIONAL, required=True, help="Probability of failure; read exactly.")
@click.option("--law", default="uniform", show_default=True, help=LAWS)
@click.option("--window", metavar="A,B", default="-1,1", show_default=True, help="What the sums are to cover.")
@click.option("--dim", type=int, metavar="D", help="Lower bounds and the gap for D x D matrices.")
@click.option("--widths", metavar="784,500,10", help="Widths of a target network, input first: Theorem 1's layers.")
@click.option("--certificate", type=click.Path(path_type=Path), help="Keep the certificate of the certified chain.")
@json_option
def command(
    eps: Fraction,
    delta: Fraction,
    law: str,
    window: str,
    dim: int | None,
    widths: str | None,
    certificate: Path | None,
    as_json: bool,
) -> int:
    """Show the samples and widths that each theorem certifies, the lower bounds, and the gap between them."""
    from lt_proofs.bounds.certified import certified
    from lt_proofs.bounds.closed_form import closed_form, layer_widths
    from lt_proofs.bounds.gap import gap
    from lt_proofs.bounds.lower import information_limit, parameters_lower, width_lower
    from lt_proofs.bounds.savings import savings
    from lt_proofs.files.atomic import write_file

    ends, law = ends_of(window), _law(law)
    samples = closed_form(law, eps, delta, ends)
    chain = None
    if eps < max(map(abs, ends)):
        try:
            chain = certified(law, eps, delta, ends)
        except BadInput as problem:  # the closed form holds where no chain is within reach
            if certificate is not None:
                raise
            note(f"no certified chain: {problem}")
    if certificate is not None and chain is not None:
        write_file(certificate, chain.certificate.encode("ascii"))
    layers = None if widths is None else layer_widths(_widths(widths), eps, delta)
    saved = () if widths is None else savings(_widths(widths), eps, delta)
    found = None if dim is None else gap(dim, eps, delta)
    lower = {
        "information": information_limit(2 * eps / (ends[1] - ends[0])).value,
        "parameters": None if dim is None else parameters_lower(dim, eps, 1 - delta).value,
        "width": None if dim is None else width_lower(dim, eps, 1 - delta).value,
    }
    ratio = None if found is None or found.ratio is None else found.ratio
    facts: dict[str, Any] = {
        "n": {"closed_form": samples.value, "certified": None if chain is None else chain.value},
        "claims": {"closed_form": samples.claim},
        "lower": lower,
        "upper": {"width": None if found is None else found.upper},
        "gap": None if ratio is None else f"{ratio.numerator}/{ratio.denominator}",
        "layers": None
        if layers is None
        else [{"inputs": x.inputs, "outputs": x.outputs, "n": x.n, "hidden": x.hidden} for x in layers],
        "savings": None if widths is None else [{"step": x.step, "n": list(x.units)} for x in saved],
    }
    if found is not None and found.note:
        note(found.note)
    if as_json:
        print_json(facts)
        return 0
    better = "" if chain is None else f", {chain.value} by a certified chain"
    print(f"samples: {samples.value} are enough ({samples.claim}){better}; {lower['information']} are necessary")
    for number, layer in enumerate(layers or (), 1):
        shape = f"{layer.inputs} -> {layer.outputs}"
        print(f"layer {number}: {shape} with {layer.n} hidden units per input, {layer.hidden} in all")
    for saving in saved:
        print(f"  n = {', '.join(map(str, saving.units))}: {saving.step}")
    if found is not None:
        least = f"{lower['parameters']} weights and a hidden width of {lower['width']} are necessary"
        print(f"{dim} x {dim} matrices: {least}")
        times = "" if ratio is None else f", {float(ratio):.1f} times as much"
        print(f"  a hidden width of {found.upper} is enough{times}")
    return 0


def _widths(text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
        raise BadInput("--widths", text[:60], "give whole numbers between commas, as 784,500,10")
    return tuple(map(int, parts))


def _law(text: str) -> str:
    """The law of that name, or of a JSON file {"density": "TERM in z"}."""
    if not text.endswith(".json"):
        return text
    from lt_proofs.files.strict_json import read_json

    data = read_json(Path(text))
    if not isinstance(data, dict) or set(data) != {"density"} or not isinstance(data["density"], str):
        raise BadInput("--law", text, 'the file must hold {"density": "TERM in z"}, as exp(-z)/2')
    return f"density:{data['density']}"
