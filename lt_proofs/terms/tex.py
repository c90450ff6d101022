"""Terms and relations as TeX, by walking the tree."""

from __future__ import annotations

from lt_proofs.terms.judgement import Domain
from lt_proofs.terms.tree import Apply, Number, Relation, Symbol, Term

GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "eps", "eta", "theta", "kappa", "lambda", "mu", "sigma", "pi", "rho", "tau",
})  # fmt: skip
SIGNS = {"<=": r"\le", "<": "<", ">=": r"\ge", ">": ">", "=": "="}
# how tightly a sign binds: an argument that binds less tightly than its place asks for gets brackets
LEVEL = {"+": 1, "-": 1, "*": 2, "/": 3, "^": 4}


def tex(item: Term | Relation | Domain) -> str:
    r"""The TeX of a term, relation or domain.

    >>> from lt_proofs.terms import parse_relation
    >>> tex(parse_relation("v*(1-v)/2 <= sqrt(kappa)"))
    '\\frac{v \\left(1 - v\\right)}{2} \\le \\sqrt{\\kappa}'
    """
    if isinstance(item, Relation):
        return f"{_term(item.left)} {SIGNS[item.sign]} {_term(item.right)}"
    if isinstance(item, Domain):
        return r",\ ".join(
            rf"{_name(r.name)} \in {r.opening}{_end(r.low, '-')}, {_end(r.high, '')}{r.closing}" for r in item.ranges
        )
    return _term(item)


def _end(end: Term | None, sign: str) -> str:
    return rf"{sign}\infty" if end is None else _term(end)


def _term(term: Term, level: int = 0) -> str:
    if isinstance(term, Number):
        value = term.value
        sign = "-" if value < 0 else ""
        above = abs(value.numerator)
        text = f"{sign}{above}" if value.denominator == 1 else rf"{sign}\frac{{{above}}}{{{value.denominator}}}"
        loosest = 1 if value < 0 else 3 if value.denominator > 1 else 5
        return rf"\left({text}\right)" if level > loosest else text
    if isinstance(term, Symbol):
        return _name(term.name)
    if not isinstance(term, Apply):
        raise TypeError(f"not a term: {term!r}")
    if term.head not in LEVEL:
        return _function(term)
    text = _operation(term)
    own = LEVEL[term.head]
    return rf"\left({text}\right)" if own < level and not (term.head == "/" and level < 4) else text


def _operation(term: Apply) -> str:
    first, *rest = term.args
    if term.head == "-" and not rest:
        return f"-{_term(first, 2)}"
    if term.head in "+-":
        sign = f" {term.head} "
        return sign.join([_term(first, 1), *(_term(arg, 2 if term.head == "-" else 1) for arg in rest)])
    if term.head == "*":
        parts = [_term(first, 2), *(_term(arg, 2) for arg in rest)]
        text = parts[0]
        for part in parts[1:]:
            # 2 3 and 2 followed by a fraction would be misread
            text += (r" \cdot " if part[:1].isdigit() or part.startswith(r"\frac") else " ") + part
        return text
    if term.head == "/":
        return rf"\frac{{{_term(first)}}}{{{_term(rest[0])}}}"
    return f"{_term(first, 5)}^{{{_term(rest[0])}}}"


def _function(term: Apply) -> str:
    inside = ", ".join(_term(arg) for arg in term.args)
    if term.head == "sqrt":
        return rf"\sqrt{{{inside}}}"
    if term.head == "abs":
        return rf"\left|{inside}\right|"
    name = {"log": r"\ln", "atan": r"\arctan", "erf": r"\operatorname{erf}"}.get(term.head, rf"\{term.head}")
    return rf"{name}\left({inside}\right)"


def _name(name: str) -> str:
    head, _, index = name.partition("_")
    text = rf"\{'varepsilon' if head == 'eps' else head}" if head in GREEK else head
    # a name of several letters in upright type, for in italics it is a product
    if len(head) > 1 and head not in GREEK:
        text = rf"\mathrm{{{head}}}"
    return f"{text}_{{{index}}}" if index else text
