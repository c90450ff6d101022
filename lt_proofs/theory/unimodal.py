"""Laws with a density that falls in |z|, each through a rational staircase below it: a mixture of uniform laws.

Mathematics 2.17.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.errors import BadInput
from lt_proofs.exact.enclosure import Undefined, value_at
from lt_proofs.exact.rational import parse_rational
from lt_proofs.tables import LAWS, NAMES
from lt_proofs.terms import Judgement, Law, Symbol, Term, encode, number, parse_term, symbols
from lt_proofs.terms.judgement import decode_term
from lt_proofs.terms.tree import call, variables
from lt_proofs.theory.claim import Plan
from lt_proofs.theory.subset_sum import drift
from lt_proofs.theory.windows import ALL_PAIRS, LARGE, SMALL

# steps of a staircase, and the grid of its heights
STEPS = 24
GRAIN = 1 << 20
PI = Symbol("pi")
KNOWN = f"{', '.join(NAMES)}, uniform:R, normal:SIGMA, laplace:B, triangular:R"
v, z = symbols("v z")


def stated_density(name: str) -> Term | None:
    """What the file of a law states of its density at z >= 0, if it does."""
    stated = LAWS[name].get("density")
    return None if stated is None else decode_term(stated)


def density(law: str) -> tuple[Term, Fraction]:
    """Return the density at z >= 0 of a named law, and a length beyond which it is small.

    Known: laws whose files state one, normal:SIGMA, laplace:B, triangular:R, and density:TERM in z; raises BadInput for
    others.
    """
    stated = stated_density(law) if law in LAWS else None
    if stated is not None:
        return stated, reach(stated)
    name, _, text = law.partition(":")
    if name == "density":
        term = parse_term(text)
        if variables(term) != {"z"}:
            raise BadInput("law", law[:60], "give a density in the one variable z, as density:exp(-z)/2")
        return term, reach(term)
    known = ("normal", "laplace", "triangular")
    if name not in known:
        raise BadInput("law", law[:60], f"name {KNOWN}")
    scale = parse_rational(text, "law")
    if scale <= 0:
        raise BadInput("law", law[:60], "give a positive number after the colon")
    if name == "normal":
        return call("exp", -(z**2) / (2 * scale**2)) / (scale * call("sqrt", 2 * PI)), 4 * scale
    if name == "laplace":
        return call("exp", -z / scale) / (2 * scale), 8 * scale
    return (scale - z) / scale**2, scale


def reach(term: Term) -> Fraction:
    """Return a power of two at which a density is below a thousandth of its value at 2^-20."""
    top, far = _value(term, Fraction(1, GRAIN)), Fraction(1, 1024)
    while far < 1024 and _value(term, far) > top / 1000:
        far *= 2
    return far


def staircase(term: Term, far: Fraction, steps: int = STEPS) -> list[tuple[Fraction, Fraction]]:
    """Return weights and radii of a mixture of uniform laws with a density below the given one (Mathematics 2.17)."""
    # heights are rounded down and taken at the right end of each step, where a falling density is lowest
    radii = [far * Fraction(k, steps) for k in range(1, steps + 1)]
    levels = [Fraction(int(max(Fraction(0), _value(term, radius)) * GRAIN), GRAIN) for radius in radii]
    pairs = [(2 * r * (a - b), r) for r, a, b in zip(radii, levels, [*levels[1:], Fraction(0)], strict=True)]
    return [(weight, radius) for weight, radius in pairs if weight > 0]


def staircase_law(text: str, length: Fraction, count: int = STEPS) -> tuple[Judgement, Plan]:
    """Return the growth on a window of a law known by its density, from a staircase of at most ``count`` steps.

    The density is given with the law, or stated in the file of a law that has no numbers. Raises BadInput without one.
    """
    term, far = density(text)
    steps = staircase(term, far, count)
    if not steps:
        raise BadInput("law", text[:60], "no uniform law fits below this density; give one that falls in z >= 0")
    if sum(weight for weight, _ in steps) > 1:
        raise BadInput("law", text[:60], "no law has a density of more than 1 in all; give one, as density:exp(-z)/2")
    kappa = sum((weight * rate(radius / length) for weight, radius in steps), Fraction(0))
    plan = Plan(
        "staircase",
        tuple(uniform_drift(radius, length) for _, radius in steps),
        {"steps": [[str(weight), str(radius)] for weight, radius in steps]},
    )
    law = Law(text) if text in LAWS else Law("density", (term,))
    return drift(law, kappa * v * (1 - v), length), plan


def rate(ratio: Fraction) -> Fraction:
    """Return the kappa of U[-r, r] on a window of length M as a function of r/M: r6-uniform, r6-wide and r6-beyond."""
    return ratio if 2 * ratio <= 1 else Fraction(1, 2) if ratio <= 1 else 1 / (2 * ratio)


def uniform_drift(radius: Fraction, length: Fraction) -> tuple[Judgement, Plan]:
    """Return the growth kappa v(1-v) of U[-r, r] on a window of length M, with the plan of the cut behind it."""
    ratio = radius / length
    premise = SMALL if 2 * ratio <= 1 else LARGE if ratio <= 1 else ALL_PAIRS
    plan = Plan("uniform", (premise,), {"at": {"M": encode(number(length)), "r": encode(number(radius))}})
    return drift(Law("uniform", (number(radius),)), rate(ratio) * v * (1 - v), length), plan


def _value(term: Term, at: Fraction) -> Fraction:
    try:
        return Fraction(value_at(term, {"z": at})[0])
    except Undefined:
        raise BadInput("law", repr(term)[:60], f"its density has no value at z = {at}") from None
