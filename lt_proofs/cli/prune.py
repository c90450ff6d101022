"""``lt-proofs prune``: masks of a random network that provably computes nearly the same as a trained network."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from lt_proofs.cli.compare import around_options
from lt_proofs.cli.output import device_option, json_option, print_json
from lt_proofs.cli.prune_answer import facts, show
from lt_proofs.cli.prune_request import read_request, save_found, search_ticket
from lt_proofs.cli.reading import reading_options
from lt_proofs.errors import as_typed


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
@click.option("--export", metavar="FORMATS", help="onnx, torch or onnx,torch: also write network.onnx, network.pt.")
@reading_options
@click.option("--force", is_flag=True, help="Replace FOLDER if it is a ticket.")
@click.option("--allow-unsolved", is_flag=True, help="Write the ticket even if some weights are not within EPS.")
@device_option
@json_option
def command(as_json: bool, **typed: Any) -> int:
    """Prune a random network of twice the depth so that it computes nearly what TARGET computes.

    TARGET is a .safetensors, .npz, .onnx, .pt, .pth or .nnet file of a ReLU network, of dense layers or with
    convolutions; if it holds tensors only, ReLU between the layers is assumed. An ONNX network is compared with its own
    runtime. A ticket is the masked random network followed by one factor, a power of two by which its outputs are
    multiplied, or with convolutions by one for each layer. FOLDER gets ticket.safetensors, target.safetensors and
    certificate.json; `lt-proofs recheck FOLDER` checks them independently. For dense networks on a box, difference.json
    may show a smaller error; with --around, regions.json shows one near each of the inputs. Exit code 0: every weight
    is within EPS; 1: some are not; 2: Coq's kernel did not accept the theorem of --kernel.
    """
    start = time.perf_counter()
    request = read_request(typed)
    found = search_ticket(request)
    with as_typed(request.names):
        save_found(found, typed["folder"], force=typed["force"])
    result = facts(found, time.perf_counter() - start)
    if as_json:
        print_json(result)
    else:
        show(found, result, typed["folder"])
    if found.pruned.solved != found.pruned.weights:
        return 1
    return 2 if found.width is not None and not found.width["checked"] else 0
