"""``lt-proofs prune``: masks of a random network that provably computes nearly the same as a trained network."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lt_proofs.cli.compare import around_options, check_around, read_around, show_near
from lt_proofs.cli.compare import facts as comparison_facts
from lt_proofs.cli.output import device_option, json_option, note, print_json, shown
from lt_proofs.cli.progress import on_stderr
from lt_proofs.cli.reading import reading_options
from lt_proofs.errors import BadInput, as_typed
from lt_proofs.exact.rational import decimal_text, parse_rational, rational_text

if TYPE_CHECKING:
    from lt_proofs.networks.beside import Beside
    from lt_proofs.networks.prune import Pruned

# exponents below this are followed by the value of their power
SHORT = 64
# a bound that is so many times what an attack found is called loose
LOOSE = 20


@click.command("prune")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("-o", "--folder", type=click.Path(path_type=Path), required=True, help="Folder for the ticket.")
@click.option("--eps", metavar="NUMBER", help="Tolerance of each weight; read exactly.")
@click.option("--error", metavar="NUMBER", help="Instead of EPS: the certified error of the whole network.")
@click.option("--n", type=int, help="Hidden units per input; by default as many as are expected to suffice.")
@click.option(
    "--certain", is_flag=True, help="Instead of N: the width that suffices with probability 99 % by a theorem."
)
@click.option("--kernel", is_flag=True, help="With --certain: by a theorem that Coq's kernel checks; kept in FOLDER.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the random network.")
@click.option(
    "--law",
    type=click.Choice(["uniform", "kaiming"]),
    default="uniform",
    show_default=True,
    help="Weights uniform on (-1, 1), or on an interval that shrinks with the number of columns.",
)
@click.option(
    "--objective",
    type=click.Choice(["sparse", "exact"]),
    default="sparse",
    show_default=True,
    help="sparse: the fewest kept weights within EPS; exact: the smallest error of each weight.",
)
@click.option("--box", metavar="A,B", help="Certify the box of inputs from A to B instead of the unit ball.")
@around_options
@click.option(
    "--export", "formats", metavar="FORMATS", help="onnx, torch or onnx,torch: also write network.onnx, network.pt."
)
@reading_options
@click.option("--force", is_flag=True, help="Replace FOLDER if it is a ticket.")
@click.option("--allow-unsolved", is_flag=True, help="Write the ticket even if some weights are not within EPS.")
@device_option
@json_option
def command(
    target: Path,
    folder: Path,
    eps: str | None,
    error: str | None,
    n: int | None,
    certain: bool,
    kernel: bool,
    seed: int,
    law: str,
    objective: str,
    box: str | None,
    around: Path | None,
    radius: str | None,
    norm: str,
    divide: str | None,
    formats: str | None,
    reading: dict[str, Any],
    force: bool,
    allow_unsolved: bool,
    device: str,
    as_json: bool,
) -> int:
    """Prune a random network of twice the depth so that it computes nearly what TARGET computes.

    TARGET is a .safetensors, .npz, .onnx, .pt, .pth or .nnet file of a fully connected ReLU network; if it holds
    tensors only, ReLU between the layers is assumed. An ONNX network is compared with its own runtime. A ticket is
    the masked random network followed by one factor, a power of two by which its outputs are multiplied. FOLDER gets
    ticket.safetensors, target.safetensors and certificate.json; `lt-proofs recheck FOLDER` checks them independently.
    On a box, difference.json may show a smaller error; with --around, regions.json shows one near each of the inputs.
    Exit code 0: every weight is within EPS; 1: some are not; 2: Coq's kernel did not accept the theorem of --kernel.
    """
    # the texts are kept, because errors quote what the user typed
    if (eps is None) == (error is None):
        raise click.UsageError(f"give either --eps or --error, not {'both' if eps else 'none'}")
    if certain and (n is not None or law != "uniform"):
        raise BadInput("--certain", "--n or --law kaiming", "the theorem chooses n, for the uniform law")
    if kernel and not certain:
        raise BadInput("--kernel", "without --certain", "the theorem chooses the width, so add --certain")
    from lt_proofs.cli.ticket_kernel import TicketTheorem, checked_theorem
    from lt_proofs.coq.library import coqc_for
    from lt_proofs.cuda.device import check_device
    from lt_proofs.networks.beside import near_inputs, on_domain
    from lt_proofs.networks.export import FORMATS, check_formats, exported
    from lt_proofs.networks.input_domain import InputDomain
    from lt_proofs.networks.prune import prune, require_solved
    from lt_proofs.networks.target_file import load_target
    from lt_proofs.networks.ticket import check_place, save_ticket, ticket_of
    from lt_proofs.networks.to_error import prune_to_error
    from lt_proofs.networks.tolerances import prune_within

    options_typed: list[tuple[str, str, object]] = [("target", "TARGET", target), ("certain", "--certain", "here")]
    options_typed += [("eps", "--eps", eps), ("error", "--error", error), ("seed", "--seed", seed), ("n", "--n", n)]
    options_typed += [("box", "--box", box), ("export", "--export", formats)]
    typed = {name: (option, value) for name, option, value in options_typed if value is not None}
    check_device(device)
    if kernel:
        coqc_for("--kernel")
    start = time.perf_counter()
    # whatever can be refused is refused before the search, which may take minutes
    with as_typed({"-o": ("-o", folder)}):
        check_place(folder, force=force, argument="-o")
    kinds = check_formats(formats)
    domain = InputDomain() if box is None else InputDomain.parse(box)
    check_around(around, radius, divide)
    tolerance = parse_rational(eps if eps is not None else str(error), "--eps" if eps is not None else "--error")
    with as_typed({"file": ("TARGET", target)}):
        network = load_target(target, **reading)
    theorem = TicketTheorem(network)
    inputs = None if around is None else read_around(around, network.widths[0], divide)
    with on_stderr("weights") as progress, as_typed(typed):
        options: Any = {
            "seed": seed,
            "n": n,
            "objective": objective,
            "domain": domain,
            "law": law,
            "progress": progress,
            "device": device,
            "certain": theorem.widths if kernel else certain,
        }
        # the kernel's theorem is about one tolerance for all layers
        to_error = prune_to_error if kernel else prune_within
        search = prune if eps is not None else to_error
        pruned = search(network, tolerance, **options)
    with as_typed(typed):
        if not allow_unsolved:
            require_solved(pruned, objective)
        extra = {FORMATS[kind]: exported(ticket_of(pruned), kind) for kind in kinds}
        with on_stderr("leaves") as progress:
            best = on_domain(pruned, progress)
        near = None
        if inputs is not None:
            with on_stderr("inputs") as progress:
                near, files = near_inputs(pruned, inputs, parse_rational(str(radius), "--radius"), norm, progress)
            extra |= files
        theorem_files, width = checked_theorem(theorem, pruned) if kernel else ({}, None)
        extra |= theorem_files
        save_ticket(pruned, folder, force=force, extra={**extra, **best.files}, argument="-o")
    result = facts(pruned, best, time.perf_counter() - start) | ({} if width is None else {"width": width})
    if near is not None:
        result |= {key: value for key, value in comparison_facts(near, 0).items() if key in ("regions", "proved_class")}
    if as_json:
        print_json(result)
    else:
        _show(pruned, best, result, folder)
        if box is None:
            note("for inputs of norm at most 1; --box A,B is for others, such as --box 0,1 for pixels from 0 to 1")
        if near is not None and near.regions is not None:
            show_near(near.regions)
        elif best.bound > LOOSE * best.found:
            note("the bound on the whole domain is loose; --around FILE --radius R bounds the error near given inputs")
    if pruned.solved != pruned.weights:
        return 1
    return 2 if width is not None and not width["checked"] else 0


def facts(pruned: Pruned, best: Beside, seconds: float) -> dict[str, Any]:
    """Return what the command reports as JSON data, with exact numbers as texts."""
    from lt_proofs.networks import digits
    from lt_proofs.networks.difference import certain_classes
    from lt_proofs.networks.ticket import ticket_of
    from lt_proofs.networks.ticket_files import power_of_two

    found: dict[str, Any] = {
        "weights": pruned.weights,
        "solved": pruned.solved,
        "eps": rational_text(pruned.eps),
        "seed": pruned.seed,
        "law": pruned.law,
        "domain": str(pruned.domain),
        "inputs": pruned.target.widths[0],
        "outputs": pruned.target.widths[-1],
        "constant_input": pruned.target.last_bias > 0,
        "factor": power_of_two(pruned.scale),
        "n": pruned.n,
        "units": [masks.layer.units for masks in pruned.masks],
        "max_weight_error": rational_text(pruned.max_weight_error),
        "tolerances": [rational_text(wanted.eps) for wanted in pruned.wanted_sums],
        "error_bound": rational_text(best.bound),
        "largest_difference_found": rational_text(best.found),
        "kept": pruned.kept,
        "remarks": list(pruned.target.remarks),
        "compared": pruned.target.compared,
        "seconds": round(seconds, 3),
    }
    if digits.is_target(pruned.target):
        accuracy = digits.accuracy(pruned.target.forward, ticket_of(pruned).forward)
        certain = int(certain_classes(pruned, digits.test_images()[0]).sum())
        found["accuracy"] = {**accuracy, "certainly_unchanged": certain}
    return found


def _show(pruned: Pruned, best: Beside, found: dict[str, Any], folder: Path) -> None:
    print(f"weights           {found['solved']} of {found['weights']} within {found['eps']}{_layer_factors(pruned)}")
    if len(set(found["tolerances"])) > 1:
        each = ", ".join(f"{float(Fraction(tolerance)):.3g}" for tolerance in found["tolerances"])
        print(f"tolerances        {each} (layer by layer, for the fewest kept entries)")
    print(f"largest error     {decimal_text(pruned.max_weight_error, 6, up=True)} of a weight")
    print(f"ticket            the masked random network, its outputs multiplied by {_shown_factor(pruned)}")
    if found["constant_input"]:
        print("constant input    a 1 is appended to the inputs, because the target has biases")
    bound = shown(best.bound, up=True)
    print(f"error bound       outputs differ by at most {bound} in Euclidean norm, on {pruned.domain} (certified)")
    print(f"largest found     {_found_line(best.bound, best.found)}")
    print(f"hidden units      {', '.join(map(str, found['units']))} (at most {found['n']} per input)")
    ratio = Fraction(sum(pruned.kept), pruned.weights)
    print(f"kept entries      {', '.join(map(str, pruned.kept))} ({decimal_text(ratio, 2, up=True)} per weight)")
    if "width" in found:
        width = found["width"]
        print(f"width             {width['kernel']}: suffices with probability 99 %, see {width['file']}")
    if "accuracy" in found:
        a = found["accuracy"]
        print(f"test images       {a['target']} of {a['images']} correct by the target, {a['ticket']} by the ticket")
        print(f"                  {a['changed']} classified differently; {a['certainly_unchanged']} provably not")
    print(f"seconds           {found['seconds']}")
    for remark in pruned.target.remarks:
        print(f"remark            {remark}")
    note(f"lt-proofs recheck {folder} checks the ticket independently")


def _found_line(bound: Fraction, found: Fraction) -> str:
    """Return the largest difference that an attack found, and how many times as large the bound is."""
    ratio = f"; the bound is {decimal_text(bound / found, 2, up=True)} times as large" if found else ""
    return f"{shown(found, up=False)}, by an attack: the true maximum is at least this{ratio}"


def _shown_factor(pruned: Pruned) -> str:
    """Return the factor as a power of two, with its value if that is short."""
    return f"2^{pruned.scale} = {2**pruned.scale}" if pruned.scale < SHORT else f"2^{pruned.scale}"


def _layer_factors(pruned: Pruned) -> str:
    """Return by what the kept sums of each layer are multiplied before they are compared with weights."""
    if not pruned.scale:
        return " of their kept sums"
    return (
        f" of their kept sums times {', '.join(f'2^{wanted.scale}' for wanted in pruned.wanted_sums)} (layer by layer)"
    )
