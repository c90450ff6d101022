"""The laws of samples as kernels: functions of integers, written out from the terms of the laws' files.

A law is known by the number of its Philox stream. Its sample is computed from one or two draws, each an odd integer in
units of 2^-24, and counts in units of 2^-bits of the law (Mathematics 1.3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from lt_proofs.errors import BadInput
from lt_proofs.tables import LAWS as FILES
from lt_proofs.tables import NAMES

STREAMS: dict[str, int] = {name: row["sampled"]["stream"] for name, row in FILES.items()}
LAWS: tuple[int, ...] = tuple(STREAMS.values())
ONE_DRAW = tuple(row["sampled"] for row in FILES.values() if row["sampled"]["draws"] == 1)
TWO_DRAWS = tuple(row["sampled"] for row in FILES.values() if row["sampled"]["draws"] == 2)


def check_law(law: int) -> int:
    """The stream of a law, else BadInput: a kernel would take any other number for some law."""
    if law not in LAWS:
        raise BadInput("law", law, f"give one of the streams {', '.join(map(str, LAWS))}: {', '.join(NAMES)}")
    return law


def python_of(term: Any) -> str:
    """The Python expression of the term of a sample.

    >>> python_of(["*", "b", ["max", "a", "0"]])
    '(b * max(a, 0))'
    """
    if isinstance(term, str):
        return term
    head, *args = (term[0], *map(python_of, term[1:]))
    return f"{head}({', '.join(args)})" if head in ("abs", "min", "max") else f"({args[0]} {head} {args[1]})"


def written(name: str, arguments: str, result: str, cases: list[tuple[str, str]]) -> Callable[..., int]:
    """A function of a law and more arguments: its result in each case, a condition and an expression, or else."""
    lines = [f"def {name}(law{arguments}):"]
    lines += [f"    if {condition}:\n        return {value}" for condition, value in cases]
    scope: dict[str, Any] = {"__name__": __name__}
    exec(compile("\n".join([*lines, f"    return {result}\n"]), f"<{name}>", "exec"), scope)
    return cast("Callable[..., int]", scope[name])


def by_law(name: str, arguments: str, rows: tuple[dict[str, Any], ...]) -> Callable[..., int]:
    """The sample of each of these laws. The first one has no test of its own: nothing calls it with other streams."""
    first, *others = rows
    cases = [(f"law == {row['stream']}", python_of(row["sample"])) for row in others]
    return written(name, arguments, python_of(first["sample"]), cases)


# Machine code is made of these three like of any kernel. Tests of equality with few constants cost nothing that can be
# measured, and for the three laws of the paper they are the ones that a hand would write.
draws_of = written("draws_of", "", "2", [(f"law == {row['stream']}", "1") for row in ONE_DRAW])
sample_of_one = by_law("sample_of_one", ", a", ONE_DRAW)
sample_of_two = by_law("sample_of_two", ", a, b", TWO_DRAWS)
