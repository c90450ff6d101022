"""The ways of bounding a spectral norm, from the tightest to the cheapest, and what the checker spends on each.

The cost depends on the shape of a matrix and the length of its entries only, so the ways are chosen before any norm is
computed: the tightest for all, then the costliest one step down, until the whole is within the checker's limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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
    """A witness with entries and a factor of so many bits, or so many squarings, or neither (Mathematics 3.14)."""

    entry_bits: int = 0
    factor_bits: int = 0
    squarings: int | None = None


# for random matrices of 640 rows the bounds are 1.0001, 1.02, 1.2, 1.5 and 2.4 times the norm, and 15 times without help
WITNESS, SHORT, ELEMENTARY = Method(26, 31), Method(12, 15), Method()
METHODS = (WITNESS, SHORT, Method(squarings=2), Method(squarings=1), Method(squarings=0), ELEMENTARY)
MOST_ROWS = {WITNESS: 1024, SHORT: LIMITS["norm_rows"]}


def allowed(rows: int) -> list[Method]:
    """Return the methods for matrices with so many rows, or columns if these are fewer."""
    return [method for method in METHODS if rows <= MOST_ROWS.get(method, rows)]


def method_of(entry: dict[str, Any], rows: int) -> Method:
    """Return the method of an entry of a certificate, for a matrix with so many rows, or columns if these are fewer."""
    if "squarings" in entry:
        return Method(squarings=entry["squarings"])
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

    While work or text, the rest of the certificate's included, are beyond a limit, the norm that takes most of it goes
    down to its next method that takes less. Memory is that of one norm at a time.
    """
    methods = {}
    for name in names:
        ways = choices(name)
        fitting = [way for way in ways if rest.memory + cost(name, way).memory <= LIMITS["memory"]]
        methods[name] = (fitting or ways[-1:])[0]
    for field in ("work", "certificate"):
        amounts = {name: getattr(cost(name, method), field) for name, method in methods.items()}
        total = getattr(rest, field) + sum(amounts.values())
        for_saving = set(amounts)
        while total > LIMITS[LIMIT_OF[field]] and for_saving:
            name = max(sorted(for_saving), key=amounts.__getitem__)
            ways = choices(name)
            later = ((way, cost(name, way)) for way in ways[ways.index(methods[name]) + 1 :])
            room = LIMITS["memory"] - rest.memory
            cheaper = ((w, c) for w, c in later if getattr(c, field) < amounts[name] and c.memory <= room)
            way, saving = next(cheaper, (None, None))
            if way is None or saving is None:
                for_saving.remove(name)
                continue
            total += getattr(saving, field) - amounts[name]
            methods[name], amounts[name] = way, getattr(saving, field)
    return methods
