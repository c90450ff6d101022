"""Terms, relations and inequality judgements as Coq text, by walking the tree.

Coq's functions are total: ``x / 0`` and ``ln (-1)`` have values there that mean nothing. So a statement is a
conjunction of what must hold for its sides to be defined and of its conclusion.
"""

from __future__ import annotations

from lt_proofs.terms.judgement import Judgement, Range
from lt_proofs.terms.tree import Apply, Number, Relation, Symbol, Term, subterms

FUNCTIONS = {"exp": "exp", "log": "ln", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "atan": "atan", "erf": "erf"}
FUNCTIONS |= {"abs": "Rabs", "min": "Rmin", "max": "Rmax"}
# words of Coq's grammar, and the constants that the text itself uses
RESERVED = frozenset({
    "as", "at", "by", "cofix", "else", "end", "exists", "exists2", "fix", "for", "forall", "fun", "if", "IF",
    "in", "let", "match", "mod", "Prop", "return", "Set", "SProp", "Type", "then", "using", "where", "with", "R",
    "PI", "Rpower", *FUNCTIONS.values(),
})  # fmt: skip
SUM, PRODUCT, MINUS, POWER, CALL, ATOM = range(6)
"""How tightly the outermost sign of a text binds, the loosest first."""


def coq(item: Term | Relation) -> str:
    """The Coq text of a term or relation over the reals.

    >>> from lt_proofs.terms import parse_relation
    >>> coq(parse_relation("(1 - v)^2/(2*v) <= log(max(v, 1/3))"))
    '(1 - v) ^ 2 / (2 * v) <= ln (Rmax v (1 / 3))'
    """
    if isinstance(item, Relation):
        return f"{coq(item.left)} {item.sign} {coq(item.right)}"
    return _text(item)[0]


def coq_name(name: str) -> str:
    """The variable in Coq; a reserved word gets a prime, which the grammar of expressions does not allow.

    >>> coq_name("kappa"), coq_name("exists")
    ('kappa', "exists'")
    """
    return f"{name}'" if name in RESERVED else name


def coq_statement(judgement: Judgement, conditions: list[tuple[Term, str]]) -> str:
    """The statement of an inequality judgement and of conditions, which are pairs of a term and its relation to 0.

    >>> from lt_proofs.terms import parse_domain, parse_relation
    >>> print(coq_statement(Judgement.of("inequality", domain=parse_domain("v in (0, 1]"), hypotheses=(),
    ...     conclusion=parse_relation("1/v >= 1")), [(Symbol("v"), "!=")]))
    forall v : R,
      0 < v <= 1 ->
      v <> 0 /\\
      1 / v >= 1
    """
    domain = judgement["domain"]
    lines = [f"forall {' '.join(map(coq_name, domain.names))} : R,"] if domain.ranges else []
    bounds = [_bounds(r) for r in domain.ranges]
    lines += [f"  {text} ->" for text in (*bounds, *map(coq, judgement["hypotheses"])) if text]
    lines += [f"  {coq_condition(term, kind)} /\\" for term, kind in conditions]
    return "\n".join([*lines, f"  {coq(judgement['conclusion'])}"])


def coq_condition(term: Term, kind: str) -> str:
    """That a term is positive (``>``), not negative (``>=``) or not zero (``!=``)."""
    return f"{coq(term)} <> 0" if kind == "!=" else f"0 {'<=' if kind == '>=' else '<'} {coq(term)}"


def positive_bases(term: Term) -> list[Term]:
    """The bases of powers that Coq computes by a logarithm (Rpower), so only for positive bases."""
    powers = [part for part in subterms(term) if isinstance(part, Apply) and part.head == "^"]
    return [p.args[0] for p in powers if not _is_root(p.args[1])]


def _bounds(r: Range) -> str:
    low, high = "<=" if r.opening == "[" else "<", "<=" if r.closing == "]" else "<"
    start = "" if r.low is None else f"{coq(r.low)} {low} "
    end = "" if r.high is None else f" {high} {coq(r.high)}"
    return f"{start}{coq_name(r.name)}{end}" if start or end else ""


def _is_root(exponent: Term) -> bool:
    """Whether the power is one of a root: the exponent is a multiple of 1/2."""
    return isinstance(exponent, Number) and exponent.value.denominator <= 2


def _text(term: Term) -> tuple[str, int]:
    """The text and how tightly its outermost sign binds."""
    if isinstance(term, Number):
        value = term.value
        if value.denominator > 1:
            return f"{value.numerator} / {value.denominator}", PRODUCT if value > 0 else SUM
        return str(value), ATOM if value >= 0 else SUM
    if isinstance(term, Symbol):
        return ("PI" if term.name == "pi" else coq_name(term.name)), ATOM
    if not isinstance(term, Apply):
        raise TypeError(f"not a term: {term!r}")
    if term.head in FUNCTIONS:
        return _call(term)
    if term.head == "^":
        return _power(*term.args)
    if term.head == "-" and len(term.args) == 1:
        return f"- {_inside(term.args[0], MINUS)}", MINUS
    level = SUM if term.head in "+-" else PRODUCT
    first, *rest = term.args
    return f" {term.head} ".join([_inside(first, level), *(_inside(arg, level + 1) for arg in rest)]), level


def _inside(term: Term, level: int) -> str:
    text, own = _text(term)
    return text if own >= level else f"({text})"


def _call(term: Apply) -> tuple[str, int]:
    first, *rest = (_inside(arg, ATOM) for arg in term.args)
    if not rest:
        return f"{FUNCTIONS[term.head]} {first}", CALL
    text = first
    for place, arg in enumerate(rest):
        text = f"{FUNCTIONS[term.head]} {f'({text})' if place else text} {arg}"
    return text, CALL


def _power(base: Term, exponent: Term) -> tuple[str, int]:
    if not isinstance(exponent, Number) or not _is_root(exponent):
        return f"Rpower {_inside(base, ATOM)} {_inside(exponent, ATOM)}", CALL
    # whole powers and those of roots are polynomials for Coq's tactics; any other one goes through a logarithm
    size = abs(exponent.value.numerator)
    root = exponent.value.denominator == 2
    text = f"sqrt {_inside(base, ATOM)}" if root else _inside(base, CALL)
    text = text if root and size == 1 else f"{text} ^ {size}"
    return (f"1 / {text}", PRODUCT) if exponent.value < 0 else (text, POWER)
