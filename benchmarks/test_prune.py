"""Time tickets for the paper's own network: from its file to ticket and certificate, and the checker on the result.

Run with LT_PROOFS_FC2 set to the network's file; each test prints what was kept and certified.
"""

import os
import resource
import time
from fractions import Fraction
from pathlib import Path

import pytest

from lt_proofs.certificates.checking import run_checker
from lt_proofs.networks.prune import prune, require_solved
from lt_proofs.networks.target_file import load_target
from lt_proofs.networks.ticket import save_ticket

FC2 = os.environ.get("LT_PROOFS_FC2")
pytestmark = pytest.mark.skipif(not FC2, reason="LT_PROOFS_FC2 names no file")


@pytest.mark.parametrize(("eps", "most", "kept"), [("1/100", 64, 1.1), ("1/1000", 96, 4.0)])
def test_gadget_ticket(benchmark, tmp_path, eps, most, kept):
    target = load_target(Path(FC2))
    prune(load_target(Path("lt_proofs/networks/data/digits.safetensors")), Fraction(eps))  # compile first
    pruned = None
    count = iter(range(99))

    def file_to_ticket():
        nonlocal pruned
        pruned = prune(target, Fraction(eps))
        require_solved(pruned, "sparse")
        save_ticket(pruned, tmp_path / f"ticket-{next(count)}", force=False, extra={})

    benchmark.pedantic(file_to_ticket, rounds=3, iterations=1)
    start = time.perf_counter()
    (examined,) = run_checker([tmp_path / "ticket-0"])
    seconds = time.perf_counter() - start
    share = sum(pruned.kept) / pruned.weights
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\neps {eps}: n {pruned.n}, {share:.3f} kept per weight, checker {seconds:.1f} s, peak {peak:.2f} GiB")
    benchmark.extra_info |= {"n": pruned.n, "kept": share, "checker": seconds, "peak": peak}
    assert examined.accepted and pruned.n <= most and share <= kept and seconds <= 20 and peak <= 4
