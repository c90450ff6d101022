"""Evidence as Coq tactics: each node of a certificate's tree becomes the lemma of Signs.v that it stands for.

A node without such a lemma becomes the tactic ``sign``, which may fail; nothing is confirmed before coqc accepts it.
The functions follow the search: ``shown``, ``established``, and one function for each node that it returns. ``known``
holds the texts of the conditions that are asserted already in the current branch of the proof.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from lt_proofs.proof.algebra import from_sympy, to_sympy
from lt_proofs.proof.calculus import conditions
from lt_proofs.proof.goal import Goal
from lt_proofs.proof.inequality import ordered
from lt_proofs.proof.rewriting import exchange
from lt_proofs.terms import Apply, Domain, Judgement, Number, Range, Symbol, Term, number
from lt_proofs.terms.coq import coq, coq_condition, coq_name, positive_bases
from lt_proofs.terms.judgement import decode_term
from lt_proofs.terms.tree import variables

Lines = list[str]
TRUST: Lines = ["sign."]
"""Leave the goal to the tactic that tries intervals and positivity."""


def needed(*terms: Term) -> list[tuple[Term, str]]:
    """The conditions under which Coq's value of the terms is ours, inner parts first: x / 0 has a value in Coq."""
    rows: list[tuple[Term, str]] = []
    for term in terms:
        bases = positive_bases(term)
        for part, kind in conditions(term):
            row = (part, ">" if part in bases else kind)
            rows += [] if row in rows else [row]
    return rows


def proof_lines(judgement: Judgement, evidence: Any) -> Lines:
    """The tactics that prove the statement of an inequality judgement from the evidence of its certificate."""
    written = judgement["conclusion"]
    sign, left, right = ordered(written)
    goal = Goal(right - left, judgement["domain"], judgement["hypotheses"])
    conclusion = needed(written.left, written.right)
    known: set[str] = set()
    # of the two proofs of an equation the first says under which conditions its sides are defined
    tree = evidence[1] if sign == "=" and evidence[0] == "both" else evidence
    lines = ["begin.", *defined(goal, tree, conclusion, known)]
    lines += ["repeat (split; [assumption |])."] if conclusion else []
    lines += ["apply Rle_ge."] if written.sign == ">=" else ["red."] if written.sign == ">" else []
    if sign == "=" and evidence[0] == "both":
        sides = [braced(established(goal.of(t), e, False, known)) for t, e in _sides(goal.term, evidence)]
        return [*lines, "apply eq_by_gaps.", *sides[0], *sides[1]]
    if sign == "=":
        return [*lines, "same."]
    strict = sign == "<"
    lines.append(f"apply {'lt' if strict else 'le'}_by_gap.")
    return lines + shown(goal, _rest(evidence), strict, known)


def _sides(term: Term, evidence: Any) -> list[tuple[Term, Any]]:
    return [(term, evidence[1]), (-term, evidence[2])]


def braced(lines: Lines) -> Lines:
    """The lines as the proof of one of several goals."""
    if len(lines) == 1:
        return [f"{{ {lines[0]} }}"]
    return [f"{{ {lines[0]}", *(f"  {line}" for line in lines[1:-1]), f"  {lines[-1]} }}"]


def _rest(evidence: Any) -> Any:
    return evidence[2] if evidence[0] == "defined" else evidence


def defined(goal: Goal, evidence: Any, wanted: list[tuple[Term, str]], known: set[str]) -> Lines:
    """One assertion for each condition that is not known yet, by the evidence that the certificate gives for it."""
    given = {}
    if evidence[0] == "defined":
        rows = conditions(goal.term)
        given = {rows[k]: (sign, tree) for k, sign, tree in evidence[1] if k < len(rows)}
    lines: Lines = []
    for term, kind in wanted:
        text = coq_condition(term, kind)
        if text in known or isinstance(term, Number):
            continue
        proof = TRUST
        if (term, kind) in given:
            sign, tree = given[term, kind]
            direction = f"apply nonzero_{'above' if sign > 0 else 'below'}."
            part = shown(goal.of(term if sign > 0 else -term), tree, kind != ">=", known)
            proof = [direction, *part] if kind == "!=" else part
        lines += [f"assert ({text}).", *braced(proof)]
        known.add(text)
    return lines


def established(goal: Goal, evidence: Any, strict: bool, known: set[str]) -> Lines:
    """The tactics that assert the conditions of definedness, then prove the sign."""
    known = set(known)
    return [
        *defined(goal, evidence, needed(goal.term), known),
        *shown(goal, _rest(evidence), strict, known),
    ]


def shown(goal: Goal, evidence: Any, strict: bool, known: set[str]) -> Lines:
    """The tactics for one node; the Coq goal is ``0 <= term``, or ``0 < term`` if strict."""
    node = NODES.get(evidence[0])
    return TRUST if node is None else node(goal, strict, known, *evidence[1:])


def same(strict: bool) -> str:
    """The lemma that carries a sign from one form of a term to another."""
    return "same_lt" if strict else "same_le"


def _zero(_goal: Goal, _strict: bool, _known: set[str]) -> Lines:
    return ["apply (same_le _ 0); [same | lra]."]


def _halves(goal: Goal, strict: bool, known: set[str], name: str, at: Any, first: Any, second: Any) -> Lines:
    cut, x = decode_term(at), coq_name(name)
    c, r = coq(cut), goal.range(name)
    below, above = (name, r.opening, r.low, cut, "]"), (name, "[", cut, r.high, r.closing)
    if first == ["given"]:
        return [f"assert ({c} <= {x}) by lra.", *shown(goal.with_range(*above), second, strict, known)]
    if second == ["given"]:
        return [f"assert ({x} <= {c}) by lra.", *shown(goal.with_range(*below), first, strict, known)]
    return [
        f"destruct (Rle_or_lt {x} ({c})).",
        *braced(shown(goal.with_range(*below), first, strict, known)),
        *braced(shown(goal.with_range(*above), second, strict, known)),
    ]


def _slope(up: bool) -> Callable[..., Lines]:
    # the lemmas differ by whether the end belongs to the range, where the term must be positive
    def node(goal: Goal, strict: bool, _known: set[str], name: str, evidence: Any, face: Any) -> Lines:
        """Go to the end where the term is least; the derivative is the term of the evidence, which Coq confirms."""
        r = goal.range(name)
        end, is_open = (r.low, r.opening == "(") if up else (r.high, r.closing == ")")
        if end is None or evidence[0] != "like":
            return TRUST
        lemma = ("rise" if up else "fall") + (
            ("_from_open" if up else "_to_open") if strict and is_open else "_lt" if strict else ""
        )
        x, free, change = coq_name(name), goal.free_of(name), decode_term(evidence[1])
        start, graph = coq(end), [f"(fun {x} => {coq(term)})" for term in (goal.term, change)]
        return [
            f"apply ({lemma} {' '.join(graph)} ({start}) {x}); cbv beta; [lra | | |].",
            *braced([*_between(goal, name, up, not up), "derives."]),
            *braced(
                [
                    *_between(goal.open_in(name), name, up, not up),
                    *_apart(free, name, change, evidence, strict and is_open),
                ]
            ),
            *braced(shown(free.put(name, end), face, strict and not is_open, set())),
        ]

    return node


def _apart(free: Goal, name: str, change: Term, evidence: Any, strict: bool) -> Lines:
    """The sign of a derivative inside the range; nothing is known there, for the point is new."""
    return established(free.open_in(name).of(change), evidence[2], strict, set())


def _between(goal: Goal, name: str, above: bool, below: bool) -> Lines:
    """Introduce a new point of the range under the name of the old one, of which only the range is kept."""
    r, x = goal.range(name), coq_name(name)
    bounds = []
    if above and r.high is not None:
        bounds.append(f"z' {'<=' if r.closing == ']' else '<'} {coq(r.high)}")
    if below and r.low is not None:
        bounds.append(f"{coq(r.low)} {'<=' if r.opening == '[' else '<'} z'")
    kept = [f"assert ({text}) by lra." for text in bounds]
    return ["intros z' [].", *kept, f"clear dependent {x}; rename z' into {x}."]


def _concave(goal: Goal, strict: bool, _known: set[str], name: str, evidence: Any, first: Any, second: Any) -> Lines:
    """Go to the two ends of a concave term; the first derivative is sympy's, and Coq derives it again."""
    r = goal.range(name)
    if strict or r.low is None or r.high is None or evidence[0] != "like":
        return TRUST
    x, free, bend = coq_name(name), goal.free_of(name), decode_term(evidence[1])
    change = from_sympy(sympy.diff(to_sympy(goal.term), sympy.Symbol(name)))
    graphs = " ".join(f"(fun {x} => {coq(term)})" for term in (goal.term, change, bend))
    closed = free.with_range(name, "[", r.low, r.high, "]")
    return [
        f"apply (concave {graphs} ({coq(r.low)}) ({coq(r.high)}) {x}); cbv beta; [lra | | | | |].",
        *braced([*_between(closed, name, False, False), "derives."]),
        *braced([*_between(closed, name, False, False), "derives."]),
        *braced([*_between(closed, name, False, False), *_apart(free, name, bend, evidence, False)]),
        *braced(shown(free.put(name, r.low), first, False, set())),
        *braced(shown(free.put(name, r.high), second, False, set())),
    ]


def _like(goal: Goal, strict: bool, known: set[str], other: Any, evidence: Any) -> Lines:
    known = set(known)
    term = decode_term(other)
    first = defined(goal.of(term), evidence, needed(goal.term, term), known)
    step = f"apply ({same(strict)} _ ({coq(term)})); [same |]."
    return [*first, step, *shown(goal.of(term), _rest(evidence), strict, known)]


def _product(goal: Goal, strict: bool, known: set[str], factors: Any) -> Lines:
    known = set(known)
    lines: Lines = []
    parts = []
    for data, exponent, sign, evidence in factors:
        factor = decode_term(data) if sign != -1 else -decode_term(data)
        text = f"({coq(factor)})"
        # an even power is written as a square, which the tactic sign knows to be non-negative
        if sign == 0:
            parts.append(f"({text} ^ {exponent // 2}) ^ 2")
            continue
        strictly = strict or exponent < 0
        claim = f"0 {'<' if strictly else '<='} {coq(factor)}"
        if claim not in known:
            lines += [f"assert ({claim}).", *braced(established(goal.of(factor), evidence, strictly, known))]
            known.add(claim)
        power = text if abs(exponent) == 1 else f"{text} ^ {abs(exponent)}"
        parts.append(power if exponent > 0 else f"/ {power}")
    return [*lines, f"apply ({same(strict)} _ ({' * '.join(parts)})); [same | sign]."]


def _square(goal: Goal, strict: bool, known: set[str], greater: Any, lesser: Any, first: Any, second: Any) -> Lines:
    b, a = decode_term(greater), decode_term(lesser)
    return [
        *_rewritten(goal, b - a, strict, known),
        f"apply by_squares{'_lt' if strict else ''}.",
        *braced(established(goal.of(b), first, False, known)),
        *braced(established(goal.of(b * b - a * a), second, strict, known)),
    ]


def _rewritten(goal: Goal, term: Term, strict: bool, known: set[str]) -> Lines:
    lines = defined(goal.of(term), ["none"], needed(term), set(known))
    return [*lines, f"apply ({same(strict)} _ ({coq(term)})); [same |]."]


def _logs(
    goal: Goal, strict: bool, known: set[str], greater: Any, lesser: Any, positive: Any, other: Any, evidence: Any
) -> Lines:
    b, a, gap = decode_term(greater), decode_term(lesser), decode_term(other)
    return [
        *_rewritten(goal, b - a, strict, known),
        f"apply (by_logs{'_lt' if strict else ''} _ _ ({coq(gap)})).",
        *braced(established(goal.of(a), positive, True, known)),
        "{ sign. }",
        "{ logs; cleared. }",
        *braced(established(goal.of(gap), evidence, strict, known)),
    ]


def _order(goal: Goal, strict: bool, _known: set[str], first: str, second: str, above: Any, below: Any) -> Lines:
    lines = [f"destruct (Rle_or_lt {coq_name(second)} {coq_name(first)})."]
    for lesser, greater, evidence in ((second, first, above), (first, second, below)):
        x, y = coq_name(greater), coq_name(lesser)
        part = goal.put(greater, Symbol(lesser) + Symbol(greater), "[", number(0), None, ")")
        lines += braced(
            [
                f"destruct (greater {x} {y}) as (s' & ? & ?); [lra |]; subst {x}; rename s' into {x}.",
                *established(part, evidence, strict, set()),
            ]
        )
    return lines


def _replace(goal: Goal, strict: bool, known: set[str], old: Any, new: Any, condition: Any, evidence: Any) -> Lines:
    before, after = decode_term(old), decode_term(new)
    if not isinstance(before, Apply):
        return TRUST
    u = before.args[0]
    sure: Term = after
    if before.head == "abs":
        reason = "apply Rabs_pos_eq; lra." if after == u else "rewrite Rabs_left1; lra."
    elif before.head in ("min", "max"):
        a, b = before.args
        least = before.head == "min"
        sure = b - a if (after == a) == least else a - b
        side = "left" if after == a else "right"
        reason = f"apply R{before.head}_{side}; lra."
    else:
        reason = "apply sqrt_lem_1; [sign | lra | same]."
    return [
        f"assert (0 <= {coq(sure)}).",
        *braced(established(goal.of(sure), condition, False, known)),
        f"replace ({coq(before)}) with ({coq(after)}) by (symmetry; {reason[:-1]}).",
        *shown(goal.of(exchange(goal.term, before, after)), evidence, strict, known),
    ]


def _taylor(goal: Goal, _strict: bool, _known: set[str], _tree: Any) -> Lines:
    """Coq's interval library has Taylor models of its own: it is told the variables to halve and to expand in."""
    names = [coq_name(name) for name in goal.domain.names if name in variables(goal.term)]
    if not names:
        return TRUST
    hints = ", ".join([*(f"i_bisect {name}" for name in names), f"i_taylor {names[0]}"])
    return [f"first [interval with ({hints}) | sign]."]


def _abstract(goal: Goal, strict: bool, known: set[str], part: Any, name: str, ends: Any, evidence: Any) -> Lines:
    """Name a part, with the bounds that its range says."""
    u, y = decode_term(part), coq_name(name)
    opening, low, high, closing, below, above = ends
    lines: Lines = []
    if low != "-oo":
        start = decode_term(low)
        lines += [f"assert (0 {'<' if opening == '(' else '<='} {coq(u - start)}).",
                  *braced(established(goal.of(u - start), below, opening == "(", known))]  # fmt: skip
    if high != "oo":
        end = decode_term(high)
        lines += [f"assert (0 {'<' if closing == ')' else '<='} {coq(end - u)}).",
                  *braced(established(goal.of(end - u), above, closing == ")", known))]  # fmt: skip
    first, last = (None if bound in ("-oo", "oo") else decode_term(bound) for bound in (low, high))
    wider = Goal(
        exchange(goal.term, u, Symbol(name)),
        Domain((*goal.domain.ranges, Range(name, opening, first, last, closing))),
        goal.hypotheses,
    )
    lines += [f"set ({y} := {coq(u)}) in *; clearbody {y}."]
    return [*lines, *established(wider, evidence, strict, set())]


def _empty(goal: Goal, _strict: bool, _known: set[str], place: int) -> Lines:
    h = goal.hypotheses[place]
    _, left, right = ordered(h)
    return ["exfalso.", f"assert (0 < {coq(left - right)}) by sign.", "lra."]


NODES: dict[str, Callable[..., Lines]] = {
    "zero": _zero,
    "halves": _halves,
    "rise": _slope(True),
    "fall": _slope(False),
    "concave": _concave,
    "like": _like,
    "product": _product,
    "square": _square,
    "logs": _logs,
    "order": _order,
    "replace": _replace,
    "empty": _empty,
    "taylor": _taylor,
    "abstract": _abstract,
}
