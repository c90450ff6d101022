"""Statements about finite grids decided a second time: kernels enumerate every subset, the checker uses a recursion."""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.proof.evaluate import exact_value, holds
from lt_proofs.subset_sum.cuts import MAX_POINTS, least_cuts
from lt_proofs.terms import Judgement


def broken_cut(judgement: Judgement, device: str = "cpu") -> dict[str, str] | None:
    """The first size of a set whose least cut, over all subsets of a grid, breaks a statement about grids.

    Grids of more than 30 points are left out. ``device`` is "cpu" or "cuda".
    """
    for points in judgement["points"]:
        if not 2 <= points <= MAX_POINTS:
            continue
        table = least_cuts(points, device=device)
        for term in judgement["radii"]:
            radius = exact_value(term, {"M": Fraction(points)})
            for size in range(points + 1):
                case = {"M": Fraction(points), "r": radius, "a": Fraction(size)}
                cut = int(table[min(int(radius), points - 1), size])
                if all(holds(h, case) for h in judgement["hypotheses"]) and cut < exact_value(judgement["bound"], case):
                    return {"points": str(points), "radius": str(radius), "size": str(size), "cut": str(cut)}
    return None
