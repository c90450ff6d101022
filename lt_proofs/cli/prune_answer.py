"""What ``lt-proofs prune`` answers: as JSON data and as lines."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lt_proofs.cli.compare import facts as comparison_facts
from lt_proofs.cli.compare import show_near
from lt_proofs.cli.output import note, shown
from lt_proofs.exact.rational import decimal_text, rational_text

if TYPE_CHECKING:
    from pathlib import Path

    from lt_proofs.cli.prune_request import FoundTicket
    from lt_proofs.networks.image_prune import PrunedImages
    from lt_proofs.networks.prune import Pruned

# exponents below this are followed by the value of their power
SHORT = 64
# where the constant 1 goes, in a dense network and in one with convolutions
CONSTANT = ("a 1 is appended to the inputs", "a constant image 1 is given to each layer with a bias")
# a bound that is so many times what an attack found is called loose
LOOSE = 20


def facts(found: FoundTicket, seconds: float) -> dict[str, Any]:
    """Return what the command reports as JSON data, with exact numbers as texts."""
    result = _ticket_facts(found, seconds)
    if found.width is not None:
        result["width"] = found.width
    if found.near is not None:
        near = comparison_facts(found.near, 0)
        result |= {key: near[key] for key in ("regions", "proved_class") if key in near}
    return result


def show(found: FoundTicket, result: dict[str, Any], folder: Path) -> None:
    """Print the answer as lines, and on stderr what else can be asked."""
    from lt_proofs.networks.target import Target

    _show_ticket(found, result, folder)
    if found.pruned.domain.box is None:
        note("for inputs of norm at most 1; --box A,B is for others, such as --box 0,1 for pixels from 0 to 1")
    if found.near is not None and found.near.regions is not None:
        show_near(found.near.regions)
    elif isinstance(found.pruned.target, Target) and found.best.bound > LOOSE * found.best.found:
        note("the bound on the whole domain is loose; --around FILE --radius R bounds the error near given inputs")


def _ticket_facts(found: FoundTicket, seconds: float) -> dict[str, Any]:
    pruned, best = found.pruned, found.best
    from lt_proofs.networks.image_prune import PrunedImages
    from lt_proofs.networks.ticket_files import power_of_two

    result: dict[str, Any] = {
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
    if isinstance(pruned, PrunedImages):
        result |= {
            "scales": [wanted.scale for wanted in pruned.wanted_sums],
            "kept_without_rescaling": pruned.kept_without,
        }
    return result | _digits_facts(pruned)


def _digits_facts(pruned: Pruned | PrunedImages) -> dict[str, Any]:
    """Return what a ticket of a bundled network does to the test images."""
    from lt_proofs.networks import digits
    from lt_proofs.networks.difference import certain_classes
    from lt_proofs.networks.image_target import ImageTarget
    from lt_proofs.networks.ticket import ticket_of

    if not digits.is_target(pruned.target):
        return {}
    images = digits.cnn_images if isinstance(pruned.target, ImageTarget) else digits.test_images
    accuracy = digits.accuracy(pruned.target.forward, ticket_of(pruned).forward, images)
    certain = int(certain_classes(pruned, images()[0]).sum())
    return {"accuracy": {**accuracy, "certainly_unchanged": certain}}


def _show_ticket(found: FoundTicket, result: dict[str, Any], folder: Path) -> None:
    pruned, best = found.pruned, found.best
    print(f"weights           {result['solved']} of {result['weights']} within {result['eps']}{_layer_factors(pruned)}")
    if len(set(result["tolerances"])) > 1:
        each = ", ".join(f"{float(Fraction(tolerance)):.3g}" for tolerance in result["tolerances"])
        print(f"tolerances        {each} (layer by layer, for the fewest kept entries)")
    print(f"largest error     {decimal_text(pruned.max_weight_error, 6, up=True)} of a weight")
    if "scales" in result:
        print("ticket            the masked random convolutions, each layer's outputs multiplied by its power of two")
    else:
        print(f"ticket            the masked random network, its outputs multiplied by {_shown_factor(pruned)}")
    if result["constant_input"]:
        print(f"constant input    {CONSTANT['scales' in result]}, because the target has biases")
    bound = shown(best.bound, up=True)
    print(f"error bound       outputs differ by at most {bound} in Euclidean norm, on {pruned.domain} (certified)")
    print(f"largest found     {_found_line(best.bound, best.found)}")
    print(f"hidden units      {', '.join(map(str, result['units']))} (at most {result['n']} per input)")
    ratio = Fraction(sum(pruned.kept), pruned.weights)
    print(f"kept entries      {', '.join(map(str, pruned.kept))} ({decimal_text(ratio, 2, up=True)} per weight)")
    if "scales" in result:
        second, without = sum(masks.kept[1] for masks in pruned.masks), result["kept_without_rescaling"]
        print(f"rescaled layers   {second} entries of second kernels, {without} without rescaling")
    if "width" in result:
        width = result["width"]
        print(f"width             {width['kernel']}: suffices with probability 99 %, see {width['file']}")
    if "accuracy" in result:
        a = result["accuracy"]
        print(f"test images       {a['target']} of {a['images']} correct by the target, {a['ticket']} by the ticket")
        print(f"                  {a['changed']} classified differently; {a['certainly_unchanged']} provably not")
    print(f"seconds           {result['seconds']}")
    for remark in pruned.target.remarks:
        print(f"remark            {remark}")
    note(f"lt-proofs recheck {folder} checks the ticket independently")


def _found_line(bound: Fraction, found: Fraction) -> str:
    """Return the largest difference that an attack found, and how many times as large the bound is."""
    ratio = f"; the bound is {decimal_text(bound / found, 2, up=True)} times as large" if found else ""
    return f"{shown(found, up=False)}, by an attack: the true maximum is at least this{ratio}"


def _shown_factor(pruned: Pruned | PrunedImages) -> str:
    """Return the factor as a power of two, with its value if that is short."""
    return f"2^{pruned.scale} = {2**pruned.scale}" if pruned.scale < SHORT else f"2^{pruned.scale}"


def _layer_factors(pruned: Pruned | PrunedImages) -> str:
    """Return by what the kept sums of each layer are multiplied before they are compared with weights."""
    if not any(wanted.scale for wanted in pruned.wanted_sums):
        return " of their kept sums"
    return (
        f" of their kept sums times {', '.join(f'2^{wanted.scale}' for wanted in pruned.wanted_sums)} (layer by layer)"
    )
