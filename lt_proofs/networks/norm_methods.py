"""The ways of bounding a spectral norm, from the tightest to the cheapest, and what the checker spends on each.

The cost depends on the shape of a matrix and the length of its entries only, so the ways are chosen before any norm is
computed: the tightest for all, then one after the other cheaper ways where they save most for what they lose, until the
whole is within the checker's limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log
from typing import Any

from lt_proofs.networks.limits import (
    COST,
    LIMITS,
    Cost,
    entry_work,
    gram_work,
    power_room,
    witness_room,
    witness_work,
)

# bytes of text for a norm in a certificate, without its factor
ENTRY = 400
# field of a cost -> the checker's limit
LIMIT_OF = {"work": "work", "memory": "memory", "certificate": "certificate_bytes"}


@dataclass(frozen=True)
class Method:
    """A witness with entries and a factor of so many bits, or so many squarings, or neither (Mathematics 3.14).

    ``loss`` is the usual ratio of the bound to the norm, of random matrices with 640 rows; it only guides the choice.
    """

    loss: float
    entry_bits: int = 0
    factor_bits: int = 0
    squarings: int | None = None


WITNESS, SHORT, ELEMENTARY = Method(1.0001, 26, 31), Method(1.02, 12, 15), Method(15.0)
SQUARINGS = tuple(Method(loss, squarings=k) for k, loss in enumerate((2.4, 1.5, 1.2)))
METHODS = (WITNESS, SHORT, *SQUARINGS[::-1], ELEMENTARY)
# without the norm of a product of two, that of the product is replaced by the product of the norms
LOSS_OF_PAIR = 1.25
MOST_ROWS = {WITNESS: 1024, SHORT: LIMITS["norm_rows"]}


def allowed(rows: int) -> list[Method]:
    """Return the methods for matrices with so many rows, or columns if these are fewer."""
    return [method for method in METHODS if rows <= MOST_ROWS.get(method, rows)]


def method_of(entry: dict[str, Any], rows: int) -> Method:
    """Return the method of an entry of a certificate, for a matrix with so many rows, or columns if these are fewer."""
    if "squarings" in entry:
        return SQUARINGS[int(entry["squarings"])]
    # a triangle of integers of 16 bits has 2 rows (rows + 1) hexadecimal digits
    return SHORT if len(entry["factor"]) == 2 * rows * (rows + 1) else WITNESS


def method_cost(shape: tuple[int, int], bits: int, whole_bits: int, method: Method) -> Cost:
    """Return what one norm costs the checker: work, memory, and characters of the certificate.

    ``bits`` is the length of the matrix's entries, ``whole_bits`` that of their integral part.
    """
    small, large = sorted(shape)
    entries = small * large
    if method.factor_bits:
        length, factor = max(method.entry_bits, whole_bits) + 3, method.factor_bits + 1
        work = gram_work(small, large, length) + gram_work(small, small, factor) + witness_work(small)
        text = ENTRY + factor // 8 * small * (small + 1)
        return Cost(work + COST["rounded"] * entries, witness_room(small, large, length), text)
    if method.squarings is None:
        return Cost(entries * (COST["norm"] + entry_work(bits)), 0, 0)
    length, times = LIMITS["power_bits"] + 1, method.squarings
    work = gram_work(small, large, length) + COST["rounded"] * entries + (times + 1) * COST["check"] * small * small
    work += times * (gram_work(small, small, length) + COST["rounded"] * small * small)
    return Cost(work, power_room(small, large), ENTRY)


def chosen_methods(
    names: Iterable[str], choices: Callable[[str], list[Method]], cost: Callable[[str, Method], Cost], rest: Cost
) -> dict[str, Method]:
    """Return the method of each norm: the tightest for all, as far as the checker's limits on the whole allow it.

    While work or text, the rest of the certificate's included, are beyond a limit, the change that saves most of it for
    what it loses is made. Memory is that of one norm at a time.
    """
    room = LIMITS["memory"] - rest.memory
    costs = {name: {way: cost(name, way) for way in choices(name)} for name in names}
    fitting = {name: [way for way in ways if ways[way].memory <= room] or [*ways][-1:] for name, ways in costs.items()}
    methods = {name: ways[0] for name, ways in fitting.items()}
    for field in ("work", "certificate"):
        total = getattr(rest, field) + sum(getattr(costs[name][way], field) for name, way in methods.items())
        while total > LIMITS[LIMIT_OF[field]]:
            changes = []
            for name, ways in fitting.items():
                now = methods[name]
                for way in ways[ways.index(now) + 1 :]:
                    saved = getattr(costs[name][now], field) - getattr(costs[name][way], field)
                    if saved > 0:
                        changes.append((saved / log(_loss(name, way) / _loss(name, now)), saved, name, way))
            if not changes:
                break
            _, saved, name, way = max(changes, key=lambda change: change[:3])
            total -= saved
            methods[name] = way
    return methods


def _loss(name: str, method: Method) -> float:
    """Return how much a bound loses: where the norm is of a product, no more than its absence costs."""
    return min(method.loss, LOSS_OF_PAIR + method.loss / 1000) if " " in name else method.loss
