"""``lt-proofs bound``: how many samples and how wide a network suffice by each theorem, and what is necessary."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lt_proofs.cli.bound_convolutions import conv_option, norm_option, show_convolutions, signed_option
from lt_proofs.cli.output import RATIONAL, ends_of, json_option, note, parse_widths, print_json
from lt_proofs.errors import BadInput
from lt_proofs.tables import NAMES

if TYPE_CHECKING:
    from lt_proofs.bounds.chained import ChainedLayer
    from lt_proofs.bounds.network import GivenNetwork
    from lt_proofs.bounds.question import Bound

LAWS = f"{', '.join(NAMES)}, uniform:R, normal:SIGMA, laplace:B, triangular:R, density:TERM in z, or a JSON file."


@click.command("bound")
@click.option("--eps", type=RATIONAL, required=True, help="Tolerance; read exactly.")
@click.option("--delta", type=RATIONAL, required=True, help="Probability of failure; read exactly.")
@click.option("--law", default="uniform", show_default=True, help=LAWS)
@click.option("--window", metavar="A,B", default="-1,1", show_default=True, help="The interval to be covered.")
@click.option("--dim", type=int, metavar="D", help="Lower bounds for D x D matrices, and their gap.")
@click.option(
    "--widths", metavar="784,500,10", help="Widths of a target network, input first: hidden units by Theorem 1."
)
@click.option("--kernel", is_flag=True, help="With --widths: have Coq's kernel check Theorem 1 for its own numbers.")
@click.option("--grid", metavar="1/Q", help="With --kernel: weights are odd multiples of 1/Q.  [default: 2^-36]")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.v", help="With --kernel: keep the Coq file."
)
@click.option("--chain", is_flag=True, help="With --widths: also a certified chain for each layer (slow).")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    help="Write the certificate to this file: of the chain, or with --widths of the whole network.",
)
@conv_option
@norm_option
@signed_option
@json_option
def command(
    eps: Fraction,
    delta: Fraction,
    law: str,
    window: str,
    dim: int | None,
    widths: str | None,
    kernel: bool,
    grid: str | None,
    output: Path | None,
    chain: bool,
    certificate: Path | None,
    conv: str | None,
    norm: str | None,
    signed: bool,
    as_json: bool,
) -> int:
    """Show how many samples, or how wide a network, suffice by each theorem, and how many are necessary.

    Without --widths and --dim the question is about samples of one law and one window.
    """
    from lt_proofs.bounds.lower import parameters_lower, width_lower
    from lt_proofs.bounds.question import Bound
    from lt_proofs.exact.rational import rational_text
    from lt_proofs.files.atomic import write_file

    others = {"--widths": widths, "--dim": dim, "--kernel": kernel, "--chain": chain, "--certificate": certificate}
    convolutions = show_convolutions(conv, norm, signed, others, eps, delta, as_json)
    if convolutions is not None:
        return convolutions
    if kernel:
        return _kernel(widths, eps, delta, grid, output, as_json)
    for option, value in (("--grid", grid), ("--output", output)):
        if value is not None:
            raise BadInput(option, value, "it belongs to --kernel; add that option")
    ends, law = ends_of(window), _law(law)
    if chain and widths is None:
        raise BadInput("--chain", "without --widths", "name the widths of a target, as --widths 784,500,10")
    asked = Bound(eps, delta, law, ends, None if widths is None else parse_widths(widths), dim)
    # first, so that who asks about a network is not told about a window
    network, chains, whole = _network(asked, chain, certificate is not None)
    samples, weighted = asked.closed_form, asked.weighted
    sharpest = asked.certified
    if asked.no_chain:
        if certificate is not None and whole is None:
            raise asked.no_chain
        note(f"no certified chain: {asked.no_chain}")
    written = sharpest if whole is None else whole
    if certificate is not None and written is not None:
        write_file(certificate, written.certificate.encode("ascii"))
        for one in chains:
            beside = certificate.with_name(f"{certificate.stem}-{one.inputs}-{one.outputs}{certificate.suffix}")
            write_file(beside, one.certificate.encode("ascii"))
    found = asked.gap
    lower = {
        "information": asked.information.value,
        "reach": None if asked.reach is None else asked.reach.value,
        "parameters": None if dim is None else parameters_lower(dim, eps, 1 - delta).value,
        "width": None if dim is None else width_lower(dim, eps, 1 - delta).value,
    }
    ratio = None if found is None or found.ratio is None else found.ratio
    facts: dict[str, Any] = {
        "n": {
            "closed_form": samples.value,
            "weighted": None if weighted is None else weighted.value,
            "certified": None if sharpest is None else sharpest.value,
        },
        "claims": {"closed_form": samples.claim, "weighted": None if weighted is None else weighted.claim},
        "lower": lower,
        "ratio": None if asked.ratio is None else f"{asked.ratio.numerator}/{asked.ratio.denominator}",
        "upper": {"width": None if found is None else found.upper, "claim": None if found is None else found.claim},
        "gap": None if ratio is None else f"{ratio.numerator}/{ratio.denominator}",
        **network,
        "network": None if whole is None else {"units": list(whole.units), "certificate": str(certificate)},
    }
    if found is not None and found.note:
        note(found.note)
    if as_json:
        print_json(facts)
        return 0
    sure, tolerance = rational_text(1 - delta), rational_text(eps)
    if widths is not None:
        _show_network(facts, widths, sure, tolerance)
    if dim is not None:
        _show_gap(facts, dim)
    # who names a network asks about its width; the numbers for one window are then in the JSON output only
    if widths is None and dim is None:
        place = f"[{rational_text(ends[0])}, {rational_text(ends[1])}]"
        print(
            f"How many independent samples of the law {law} suffice so that, with probability at least {sure}, every "
            f"number in {place} is within {tolerance} of a subset sum?"
        )
        _show_samples(facts)
    return 0


def _show_samples(facts: dict[str, Any]) -> None:
    """Print the numbers of samples that suffice, the sharpest first, and one that does not."""
    n, claims = facts["n"], facts["claims"]
    if n["certified"] is not None:
        print(f"  {n['certified']} suffice (certified recursion, accepted by the checker)")
    if n["weighted"] is not None:
        print(f"  {n['weighted']} suffice (weighted coverage, {claims['weighted']})")
    print(f"  {n['closed_form']} suffice (closed form, {claims['closed_form']})")
    lower = facts["lower"]
    if lower["reach"] is not None:
        print(f"  fewer than {lower['reach']} do not suffice (reach, accepted by the checker)")
    print(f"  fewer than {lower['information']} do not suffice, whatever the law (too few subset sums)")
    if facts["ratio"] is not None:
        print(f"  enough : necessary = {float(Fraction(facts['ratio'])):.2f}")


def _show_network(facts: dict[str, Any], widths: str, sure: str, tolerance: str) -> None:
    """Print the hidden units that each layer needs, and how each improvement of the proof lowers them."""
    print(
        f"How many hidden units per input suffice so that, with probability at least {sure}, the random network can be "
        f"pruned to within {tolerance} of every network of widths {widths.replace(',', '-')} and spectral norms at "
        "most 1?"
    )
    for number, layer in enumerate(facts["layers"], 1):
        shape = f"{layer['inputs']} -> {layer['outputs']}"
        print(f"  layer {number}, {shape}: {layer['n']} per input, {layer['hidden']} in all ({layer['claim']})")
    if facts["network"] is not None:
        units = facts["network"]["units"]
        total = sum(layer["inputs"] * n for layer, n in zip(facts["layers"], units, strict=True))
        print(f"  {', '.join(map(str, units))} per input, {total} in all (one certificate, accepted by the checker)")
    print("The numbers per input, from the paper's construction on, one improvement after another:")
    for saving in facts["savings"]:
        print(f"  {', '.join(map(str, saving['n']))}: {saving['step']}")


def _show_gap(facts: dict[str, Any], dim: int) -> None:
    """Print what is necessary and what suffices for one layer of D inputs and D outputs."""
    lower = facts["lower"]
    print(f"How wide must a random network be for all {dim} x {dim} matrices of spectral norm at most 1?")
    print(f"  at least {lower['parameters']} weights (theorem-2)")
    print(f"  at least {lower['width']} hidden units in two layers (theorem-2-width and its sharper forms)")
    times = "" if facts["gap"] is None else f", {float(Fraction(facts['gap'])):.1f} times as many"
    print(f"  {facts['upper']['width']} hidden units suffice ({facts['upper']['claim']}){times}")


def _kernel(
    widths: str | None, eps: Fraction, delta: Fraction, grid: str | None, output: Path | None, as_json: bool
) -> int:
    """Have Coq's kernel check Theorem 1 for these numbers; return 0 if it did, else 2."""
    from lt_proofs.cli.kernel import asked_instance, instance_facts, kernel_words, run_kernel
    from lt_proofs.coq.instance_file import instance_text, says
    from lt_proofs.files import write_file

    instance = asked_instance(widths, eps, delta, grid, "--kernel")
    answer = run_kernel(instance)
    if output is not None:
        write_file(output, instance_text(instance).encode("ascii"))
    if as_json:
        print_json({**instance_facts(instance), "kernel": kernel_words(answer), "file": output and str(output)})
    else:
        print(f"{kernel_words(answer)}: {says(instance)}")
        for number, (d, e, n) in enumerate(zip(instance.widths, instance.widths[1:], instance.units, strict=False), 1):
            print(f"  layer {number}, {d} -> {e}: {n} per input, {d * n} in all")
    return 0 if answer.checked else 2


def _network(
    asked: Bound, chain: bool, certificate: bool
) -> tuple[dict[str, Any], tuple[ChainedLayer, ...], GivenNetwork | None]:
    """Return the facts about a target of the widths asked for, with chains and a certificate if they are asked for.

    Without widths all facts are None.
    """
    if asked.widths is None or asked.layers is None or asked.savings is None:
        return {"layers": None, "savings": None, "chain": None}, (), None
    from lt_proofs.bounds.chained import chained_layers
    from lt_proofs.bounds.network import one_certificate
    from lt_proofs.bounds.savings import chain_saving

    whole = one_certificate(asked.widths, asked.eps, asked.delta, note) if certificate else None

    saved = asked.savings
    chains = chained_layers(asked.widths, asked.eps, asked.delta, note) if chain else ()
    saved += (chain_saving(chains),) if chains else ()
    kept = [{"inputs": x.inputs, "outputs": x.outputs, "n": x.n, "says": x.says} for x in chains]
    facts = {
        "layers": [
            {"inputs": x.inputs, "outputs": x.outputs, "n": x.n, "hidden": x.hidden, "claim": x.claim}
            for x in asked.layers
        ],
        "savings": [{"step": x.step, "n": list(x.units)} for x in saved],
        "chain": kept or None,
    }
    return facts, chains, whole


def _law(text: str) -> str:
    """Return the law as the library names it; a file FILE.json must hold {"density": "TERM in z"}."""
    if not text.endswith(".json"):
        return text
    from lt_proofs.files.strict_json import read_json

    data = read_json(Path(text))
    if not isinstance(data, dict) or set(data) != {"density"} or not isinstance(data["density"], str):
        raise BadInput("--law", text, 'the file must hold {"density": "TERM in z"}, as exp(-z)/2')
    return f"density:{data['density']}"
