"""The order of layers that are known by name and size only.

A file may have an order of its own, names may be numbered (fc2 before fc10), and sizes must fit together. Where more
than one order remains, the user is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lt_proofs.errors import BadInput, shorten

Sizes = tuple[int, int]
NUMBER = re.compile(r"[0-9]+")
# orders that are looked for, and steps that the search may take
MOST, STEPS = 4, 100_000


def given_order(sizes: Mapping[str, Sizes], layers: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the order that the user gave, and remarks on layers left out; raise BadInput unless it can be obeyed."""
    text = ",".join(layers)
    for name in layers:
        if name not in sizes:
            raise BadInput("--layers", name, f"the file has {', '.join(map(shorten, sizes))}")
    if len(set(layers)) < len(layers):
        raise BadInput("--layers", text, "name each layer once")
    _check(sizes, layers, "--layers", text)
    dropped = [shorten(name) for name in sizes if name not in layers]
    return list(layers), [f"layers left out: {', '.join(dropped)}"] if dropped else []


def order_of(sizes: Mapping[str, Sizes], *, ordered: bool) -> tuple[list[str], list[str]]:
    """Return the layers from the input on, and remarks; raise BadInput where several orders fit and none is the file's.

    ``ordered`` says that the mapping's own order is that of the file.
    """
    own = list(sizes)
    possible = _orders(sizes)
    if ordered and _mismatch(sizes, own) is None:
        others = [order for order in possible if order != own]
        return own, [f"layers in the order of the file: {', '.join(map(shorten, own))}"] if others else []
    if len(possible) == 1:
        said = [f"layers in the only order that fits: {', '.join(map(shorten, possible[0]))}"] if ordered else []
        return possible[0], said
    if not possible:
        _check(sizes, sorted(own, key=_natural), "network", "the order of the layers")
    listed = " or ".join(",".join(map(shorten, order)) for order in possible[: MOST - 1])
    more = " or …" if len(possible) >= MOST else ""
    raise BadInput("network", "the order of the layers", f"the file does not say it; give --layers {listed}{more}")


def _check(sizes: Mapping[str, Sizes], order: Sequence[str], argument: str, value: str) -> None:
    wrong = _mismatch(sizes, order)
    if wrong is not None:
        before, after = order[wrong], order[wrong + 1]
        raise BadInput(
            argument, value, f"{shorten(after)} has {sizes[after][0]} inputs, and the layer before has "
            f"{sizes[before][1]} outputs; name the order of layers with --layers"
        )  # fmt: skip


def _mismatch(sizes: Mapping[str, Sizes], order: Sequence[str]) -> int | None:
    """Return the first place where sizes do not fit together."""
    return next((i for i in range(len(order) - 1) if sizes[order[i]][1] != sizes[order[i + 1]][0]), None)


def _orders(sizes: Mapping[str, Sizes]) -> list[list[str]]:
    """Return up to MOST orders in which sizes fit together, and numbered names of one kind follow their numbers."""
    found: list[list[str]] = []
    steps = iter(range(STEPS))
    names = sorted(sizes, key=_natural)
    later = {name: {other for other in names if _precedes(name, other)} for name in names}

    def extended(order: list[str], rest: list[str]) -> Iterator[list[str]]:
        if not rest:
            yield order
        for name in rest:
            if next(steps, None) is None:
                return
            fits = not order or sizes[order[-1]][1] == sizes[name][0]
            if fits and not any(name in later[other] for other in rest):
                yield from extended([*order, name], [other for other in rest if other != name])

    for order in extended([], names):
        found.append(order)
        if len(found) == MOST:
            break
    return found


def _precedes(one: str, other: str) -> bool:
    """Return whether two names differ in their numbers only, and those of the first are smaller."""
    same = NUMBER.sub("#", one) == NUMBER.sub("#", other)
    return same and list(map(int, NUMBER.findall(one))) < list(map(int, NUMBER.findall(other)))


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", name)]
