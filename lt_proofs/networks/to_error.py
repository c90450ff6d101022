"""Tickets with a given certified error of the whole network: a few prunings, with tolerances that come nearer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from lt_proofs.errors import BadInput, Unsolved
from lt_proofs.networks.input_domain import InputDomain
from lt_proofs.networks.prune import UNIT_BALL, Pruned, Widths, prune
from lt_proofs.networks.search import least_tolerance
from lt_proofs.networks.target import Target
from lt_proofs.subset_sum.threads import Progress

# `prune_to_error` begins with FIRST_EPS and never takes a wider tolerance than WIDEST_EPS
FIRST_EPS, WIDEST_EPS = Fraction(1, 100), Fraction(1, 2)
# at most ATTEMPTS prunings; each is meant to reach SHARE of the error asked for, and CLOSE of it is near enough to stop
ATTEMPTS, SHARE, CLOSE = 8, Fraction(19, 20), Fraction(4, 5)


def prune_to_error(
    target: Target,
    error: Fraction,
    *,
    seed: int = 0,
    n: int | None = None,
    objective: str = "sparse",
    domain: InputDomain = UNIT_BALL,
    law: str = "uniform",
    progress: Progress | None = None,
    device: str = "cpu",
    certain: bool | Widths = False,
    checkable: bool = True,
    bounded: Callable[[Pruned], Fraction] | None = None,
    shared: Callable[[Pruned], Sequence[Fraction]] | None = None,
) -> Pruned:
    """Return the ticket of the largest tolerance found for which the certified error is at most ``error``.

    The bound is nearly proportional to the tolerance, so a few prunings suffice. ``bounded`` gives the error that
    counts, by default that of the ticket's own certificate; ``shared`` gives the layers' shares of the tolerance, from
    a first pruning with the same tolerance everywhere. The other options are those of `prune`. Raises BadInput as
    `prune` does, and Unsolved where no tolerance that was tried reaches the error.
    """
    if error <= 0:
        raise BadInput("error", error, "give a number above 0")
    best: tuple[Pruned, Fraction, Fraction] | None = None
    last: tuple[Pruned, Fraction, Fraction] | None = None
    eps, shares = FIRST_EPS, None
    for _ in range(ATTEMPTS):
        try:
            pruned = prune(
                target,
                eps,
                seed=seed,
                n=n,
                objective=objective,
                domain=domain,
                law=law,
                progress=progress,
                device=device,
                certain=certain,
                checkable=checkable,
                shares=shares,
            )
        except BadInput as problem:
            if problem.argument != "eps":
                raise
            # the tolerance that was computed here is too small for the grid; the user typed an error, not an eps
            if best is None:
                raise Unsolved(_out_of_reach(error, eps, last)) from None
            break
        reached = pruned.error_bound if bounded is None else bounded(pruned)
        last = pruned, reached, eps
        first = shared is not None and shares is None
        if reached <= error and (best is None or sum(pruned.kept) < sum(best[0].kept)):
            best = pruned, reached, eps
        if best is not None and (best[1] >= CLOSE * error or best[2] >= WIDEST_EPS) and not first:
            break
        if first and shared is not None:
            shares = shared(pruned)
        widest = WIDEST_EPS / max(shares or [Fraction(1)])
        # the second argument of max keeps one lucky pruning from widening the tolerance more than a hundredfold
        eps = min(round_down(eps * SHARE * error / max(reached, error / 100)), round_down(widest))
    if best is None:
        raise Unsolved(f"error: {error}: not reached after {ATTEMPTS} prunings; give a larger error, or no n")
    return best[0]


def _out_of_reach(error: Fraction, eps: Fraction, last: tuple[Pruned, Fraction, Fraction] | None) -> str:
    """Return why an error is not reached: the tolerance that it needs, and the error that the least one would give."""
    needs = f"error: {error}: needs weights within {float(eps):.2g}"
    if last is None:
        return f"{needs}; give a larger error"
    pruned, reached, tolerance = last
    least = max(map(least_tolerance, pruned.wanted_sums))
    return (
        f"{needs}, and the search of subset sums gets within about {least:.1g}, for a certified error of about "
        f"{least * float(reached / tolerance):.1g}; give a larger error"
    )


def round_down(value: Fraction) -> Fraction:
    """Round down to two significant decimal digits, so that certificates state short tolerances."""
    digits = 0
    while value * 10**digits < 10:
        digits += 1
    return Fraction(int(value * 10**digits), 10**digits)
