"""What a step has to prove, asked of the checker itself: the one place where the project reads the checker's code.

The checker stays the only author of its rules. Here its modules are loaded as they are, under private names, and one
function of theirs is called: the obligations of a step. What a search makes of the answer counts for nothing until
the checker, as a process of its own, has accepted the file.
"""

from __future__ import annotations

import builtins
import importlib.util
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lt_proofs.certificates.checking import CHECKER
from lt_proofs.terms import Apply, Domain, Judgement, Number, Range, Relation, Symbol, Term, encode


class Refused(Exception):
    """The checker's rule does not conclude such a goal from such premises."""


def obligations(
    rule: str, goal: Judgement | dict[str, Any], premises: Sequence[Judgement], data: dict[str, Any], final: bool
) -> list[Judgement]:
    """The inequalities that a step must prove beside its premises, in the checker's order.

    The goal may be the JSON data of a judgement, for a refutation; ``final`` says whether it is the statement of the
    certificate. Raises Refused where the checker would reject the step whatever was proved.
    """
    errors, syntax, envelope = map(module, ("errors", "inequalities.syntax", "envelope"))
    statement = module("inequalities.formulas").Statement
    errors.fresh_budget()
    try:
        read, *sources = (
            statement(syntax.judgement(encode(j) if isinstance(j, Judgement) else j)) for j in (goal, *premises)
        )
        asked = envelope.obligations(envelope.RULES[rule], read, sources, data, final)
    except (errors.Rejected, errors.Malformed) as error:
        raise Refused(str(error)) from None
    return list(map(judgement, asked))


@cache
def module(name: str) -> Any:
    """A module of the checker. They import one another by names that mean nothing to other programs."""
    spec = importlib.util.spec_from_file_location(f"{__name__}.{name}", _file(name))
    if spec is None or spec.loader is None:
        raise ImportError(f"the checker has no module {name}")
    found = importlib.util.module_from_spec(spec)
    found.__dict__["__builtins__"] = {**vars(builtins), "__import__": _import}
    spec.loader.exec_module(found)
    return found


def _file(name: str) -> Path:
    """Where a module of the checker would be."""
    return CHECKER.joinpath(*name.split(".")).with_suffix(".py")


def _import(name: str, *rest: Any, fromlist: Sequence[str] = (), **more: Any) -> Any:
    """An import statement inside the checker: its own modules come first, as when it runs alone."""
    if _file(name).is_file():
        return module(name)
    names = rest[2] if len(rest) > 2 else fromlist
    if (CHECKER / name).is_dir():
        return SimpleNamespace(**{inner: module(f"{name}.{inner}") for inner in names})
    return builtins.__import__(name, *rest, **more)


def judgement(asked: dict[str, Any]) -> Judgement:
    """An inequality of the checker, in nested tuples, as one of the project."""
    sign, left, right = asked["conclusion"]
    return Judgement.of(
        "inequality",
        domain=Domain(tuple(Range(name, op, end(low), end(high), cl) for name, op, low, high, cl in asked["domain"])),
        hypotheses=tuple(Relation(h[0], term(h[1]), term(h[2])) for h in asked["hypotheses"]),
        conclusion=Relation(sign, term(left), term(right)),
    )


def end(item: Any) -> Term | None:
    """The end of a range; None is infinite."""
    return None if item is None else term(item)


def term(item: Any) -> Term:
    """A term of the checker."""
    if isinstance(item, tuple):
        return Apply(item[0], tuple(map(term, item[1:])))
    return Symbol(item) if isinstance(item, str) else Number(Fraction(item))
