"""The parser of expressions, by recursive descent: of bounded size, without ``eval``.

chain    = sum sign sum {sign sum}, sign one of <= < >= > = == !=
where    = item {("," | "and") item}, item = name "in" interval | chain
sum      = ["-"] product {("+" | "-") product}
product  = power {("*" | "/") power}
power    = atom [("^" | "**") ["-"] power]
atom     = number | name | name "(" sum {"," sum} ")" | "(" sum ")"
"""

from __future__ import annotations

import re
from fractions import Fraction

from lt_proofs.errors import BadInput
from lt_proofs.terms.expansions import EULER, EXPANSIONS, SYNONYMS
from lt_proofs.terms.forms import WORDS
from lt_proofs.terms.judgement import Domain, Range
from lt_proofs.terms.tree import CONSTANTS, HEADS, Apply, Number, Relation, Symbol, Term, substitute, subterms

# the limits keep every later step bounded: without them a short text such as 9^9^9 is a number of 369 million digits
MAX_CHARACTERS = 2000
MAX_DEPTH = 60
MAX_DIGITS = 60
MAX_EXPONENT = 64
MAX_CONSTANT_BITS = 4096
MAX_DECIMAL_EXPONENT = 999
# what is read for signs outside ASCII; each is a single character, so that places in messages stay right
PLAIN_SIGNS = str.maketrans({"−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "∈": " "})
SIGN_TEXTS = {"≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≠": "!=", "π": "pi", "∞": "oo"}
SIGN_TEXTS |= {"²": "^2", "³": "^3", "√": "sqrt"}
INFINITE = ("oo", "inf", "infinity", "Infinity", "Inf")

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*)|"
    r"(?P<sign><=|>=|==|!=|\*\*|[-+*/^(),<>=\[\]]))",
    re.ASCII,
)
FUNCTIONS = {head: arity for head, arity in HEADS.items() if head.isalpha()}
CHAIN_SIGNS = ("<=", "<", ">=", ">", "=", "==", "!=")


def parse_term(text: str, argument: str = "expression") -> Term:
    """The term that the text denotes; decimals are exact.

    >>> parse_term("0.5*x^2 - log(1 + x)")
    (1/2)*x^2 - log(1 + x)

    Raises BadInput for anything outside the grammar, with the place.
    """
    reader = _Reader(text, argument)
    term = reader.sum(0)
    reader.end()
    return term


def sign_tokens(text: str) -> list[tuple[str, str]]:
    """The tokens of what stands for a sign outside ASCII."""
    if text[0] == "^":
        return [("sign", "^"), ("number", text[1])]
    return [("name" if text.isalpha() else "sign", text)]


def parse_chain(text: str, argument: str = "expression") -> tuple[Relation, ...]:
    """The relations that a chain such as ``0 <= f < 1`` stands for, from left to right.

    >>> parse_chain("0 <= x < 1")
    (0 <= x, x < 1)
    """
    reader = _Reader(text, argument)
    found = reader.chain()
    reader.end()
    return found


def parse_where(text: str, argument: str = "--where") -> tuple[tuple[Range, ...], tuple[Relation, ...]]:
    """Intervals of variables, and relations between them, separated by commas or the word "and".

    >>> parse_where("x in [0, 1], x < y")
    ((x in [0, 1],), (x < y,))

    Raises BadInput; which relations are bounds of a single variable is for the prover to say.
    """
    if not text.strip():
        return (), ()
    reader = _Reader(text, argument)
    ranges: list[Range] = []
    relations: list[Relation] = []
    while True:
        if reader.tokens[reader.index + 1 : reader.index + 2] and reader.tokens[reader.index + 1][1] == "in":
            ranges.append(reader.range())
        else:
            relations += reader.chain()
        if reader.peek() not in (",", "and"):
            break
        reader.take(",", "and")
    reader.end()
    names = [r.name for r in ranges]
    if len(set(names)) < len(names):
        raise BadInput(argument, text, "give each variable one interval")
    return tuple(ranges), tuple(relations)


def parse_relation(text: str, argument: str = "expression") -> Relation:
    """The comparison of two terms that the text denotes.

    >>> parse_relation("v*(1-v) <= 1/4")
    v*(1 - v) <= 1/4
    """
    relations = parse_chain(text, argument)
    if len(relations) > 1 or relations[0].sign == "!=":
        raise BadInput(argument, text, "give a single relation, <= < >= > or =")
    return relations[0]


def parse_domain(text: str, argument: str = "--where") -> Domain:
    """Intervals of variables, open or closed, finite or not, separated by commas.

    >>> parse_domain("x in [0, 1], y in (-oo, oo)")
    x in [0, 1], y in (-oo, oo)

    Ends may be constant terms such as ``pi/2``.  Raises BadInput; emptiness is judged by the prover.
    """
    if not text.strip():
        return Domain(())
    reader = _Reader(text, argument)
    ranges = [reader.range()]
    while reader.peek() == ",":
        reader.take(",")
        ranges.append(reader.range())
    reader.end()
    names = [r.name for r in ranges]
    if len(set(names)) < len(names):
        raise BadInput(argument, text, "give each variable one interval")
    return Domain(tuple(ranges))


class _Reader:
    """A recursive-descent reader over a list of tokens; each method reads one construct of the grammar.

    ``argument`` is the name of the option or argument that the text was given for; every error names it.
    """

    def __init__(self, text: str, argument: str) -> None:
        self.text, self.argument = text, argument
        if len(text) > MAX_CHARACTERS:
            raise BadInput(argument, text, f"give at most {MAX_CHARACTERS} characters")
        self.tokens: list[tuple[str, str, int]] = []
        place = 0
        stripped = text.rstrip(" \t\n")
        while place < len(stripped):
            sign = stripped[place]
            if sign in SIGN_TEXTS or sign == "∈":
                words = [("name", "in")] if sign == "∈" else sign_tokens(SIGN_TEXTS[sign])
                self.tokens += [(kind, word, place) for kind, word in words]
                place += 1
                continue
            match = TOKEN.match(stripped.translate(PLAIN_SIGNS), place)
            if match is None:
                skipped = len(stripped) - len(stripped[place:].lstrip())
                if skipped > place:
                    place = skipped
                    continue
                raise self.error(place, "is not part of the grammar")
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind), match.start(kind)))
            place = match.end()
        # 2x and 2 3 are refused, not read as products or as two expressions
        for (kind, word, _), (after, second, start) in zip(self.tokens, self.tokens[1:], strict=False):
            if kind == "number" and after in ("name", "number") and second not in ("and", "in"):
                remedy = f"; write {word}*{second}" if after == "name" else ""
                raise self.error(start, f"after {word} an operator is missing before {second!r}{remedy}")
        self.index = 0

    def error(self, place: int, reason: str) -> BadInput:
        found = self.text[place : place + 12]
        return BadInput(self.argument, self.text, f"at character {place + 1} ({found!r}): {reason}")

    def fail(self, reason: str) -> BadInput:
        place = self.tokens[self.index][2] if self.index < len(self.tokens) else len(self.text)
        return self.error(place, reason)

    def peek(self) -> str:
        return self.tokens[self.index][1] if self.index < len(self.tokens) else ""

    def take(self, *allowed: str) -> str:
        word = self.peek()
        if word not in allowed:
            raise self.fail(f"expected {' or '.join(allowed)}")
        self.index += 1
        return word

    def end(self) -> None:
        if self.index < len(self.tokens):
            raise self.fail("expected the end of the expression")

    def chain(self) -> tuple[Relation, ...]:
        left = self.sum(0)
        found: list[Relation] = []
        while not found or self.peek() in CHAIN_SIGNS:
            sign = self.take(*CHAIN_SIGNS)
            right = self.sum(0)
            found.append(Relation("=" if sign == "==" else sign, left, right))
            left = right
        return tuple(found)

    def sum(self, depth: int) -> Term:
        if depth > MAX_DEPTH:
            raise self.fail(f"nesting deeper than {MAX_DEPTH}; split the expression")
        term = self.product(depth)
        while self.peek() in ("+", "-"):
            sign = self.take("+", "-")
            term = Apply(sign, (term, self.product(depth)))
        return term

    def product(self, depth: int) -> Term:
        term = self.unary(depth)
        while self.peek() in ("*", "/"):
            sign = self.take("*", "/")
            term = self.fold(sign, term, self.unary(depth))
        return term

    def unary(self, depth: int) -> Term:
        if self.peek() != "-":
            return self.power(depth)
        self.take("-")
        if depth > MAX_DEPTH:
            raise self.fail(f"nesting deeper than {MAX_DEPTH}; split the expression")
        inner = self.unary(depth + 1)
        # -1/2 is one number, so that constants are written in one way
        return Number(-inner.value) if isinstance(inner, Number) else Apply("-", (inner,))

    def power(self, depth: int) -> Term:
        if depth > MAX_DEPTH:
            raise self.fail(f"nesting deeper than {MAX_DEPTH}; split the expression")
        base = self.atom(depth)
        if self.peek() not in ("^", "**"):
            return base
        self.take("^", "**")
        exponent = self.unary(depth + 1)
        self.check_power(base, exponent)
        return Apply("^", (base, exponent))

    def check_power(self, base: Term, exponent: Term) -> None:
        if isinstance(exponent, Number):
            size = abs(exponent.value)
            bits = _bits(base)
            # None: the base holds a variable or a function
            if size > MAX_EXPONENT and bits is None:
                raise self.fail(f"powers of variables end at {MAX_EXPONENT}; write a smaller exponent")
            if bits is not None and size * bits > MAX_CONSTANT_BITS:
                raise self.fail(f"constant powers end at {MAX_CONSTANT_BITS} bits; write a smaller exponent")
        elif any(isinstance(part, Apply) and part.head == "^" for part in subterms(exponent)) and not _has_symbol(
            exponent
        ):
            raise self.fail("a tower of constant powers is not read; write its value or use exp and log")

    def fold(self, sign: str, left: Term, right: Term) -> Term:
        if sign == "/" and isinstance(left, Number) and isinstance(right, Number):
            if right.value == 0:
                raise self.fail("division by zero; leave that term out")
            return Number(left.value / right.value)
        return Apply(sign, (left, right))

    def atom(self, depth: int) -> Term:
        if self.index >= len(self.tokens):
            raise self.fail("the expression ends too early")
        kind, word, _ = self.tokens[self.index]
        if kind == "number":
            if len(word) > MAX_DIGITS:
                raise self.fail(f"a number of more than {MAX_DIGITS} digits; round it to fewer")
            digits, _, exponent = word.lower().partition("e")
            if abs(int(exponent or 0)) > MAX_DECIMAL_EXPONENT:
                raise self.fail(f"powers of ten end at {MAX_DECIMAL_EXPONENT} here; write 10^{exponent}")
            self.index += 1
            return Number(Fraction(digits) * Fraction(10) ** int(exponent or 0))
        if kind == "name":
            self.index += 1
            return self.call(word, depth) if self.peek() == "(" else self.symbol(word)
        self.take("(")
        term = self.sum(depth + 1)
        self.take(")")
        return term

    def symbol(self, word: str) -> Term:
        if word in FUNCTIONS or word in ("oo", "in"):
            self.index -= 1
            raise self.fail(f"{word} is a word of the grammar, not a variable")
        self.own_word(word)
        return Symbol(word)

    def own_word(self, word: str) -> None:
        if word.lower() in WORDS:
            self.index -= 1
            raise self.fail(f"{word} is a word of the sentences that state results; give the variable another name")

    def call(self, word: str, depth: int) -> Term:
        word = SYNONYMS.get(word, word)
        if word not in FUNCTIONS and word not in EXPANSIONS:
            self.index -= 1
            raise self.fail(f"unknown function; known are {' '.join((*FUNCTIONS, *EXPANSIONS))}")
        self.take("(")
        args = [self.sum(depth + 1)]
        while self.peek() == ",":
            self.take(",")
            args.append(self.sum(depth + 1))
        self.take(")")
        least, most = FUNCTIONS[word] if word in FUNCTIONS else (EXPANSIONS[word][0],) * 2
        if len(args) < least or (most is not None and len(args) > most):
            raise self.fail(f"{word} takes {'at least ' if most is None else ''}{least} argument(s)")
        if word in FUNCTIONS:
            return Apply(word, tuple(args))
        try:
            return EXPANSIONS[word][1](*args)
        except ValueError as error:
            raise self.fail(str(error)) from None

    def range(self) -> Range:
        if self.index >= len(self.tokens) or self.tokens[self.index][0] != "name":
            raise self.fail("expected the name of a variable")
        name = self.peek()
        self.index += 1
        if name in CONSTANTS or name in FUNCTIONS or name in ("oo", "in"):
            self.index -= 1
            raise self.fail(f"{name} is a word of the grammar, not a variable")
        self.own_word(name)
        self.take("in")
        opening = self.take("[", "(")
        low = self.bound("-")
        self.take(",")
        high = self.bound("")
        closing = self.take("]", ")")
        if (low is None and opening == "[") or (high is None and closing == "]"):
            raise self.fail("an infinite end is open: write ( or )")
        return Range(name, opening, low, high, closing)

    def bound(self, sign: str) -> Term | None:
        words = [token[1] for token in self.tokens[self.index : self.index + 2]]
        # an infinity counts as such only as a whole end, on its own side
        if words[:1] == ["-" if sign else "+"] and words[1:2] and words[1] in INFINITE:
            self.index += 2
            return None
        if not sign and words[0] in INFINITE:
            self.index += 1
            return None
        term = substitute(self.sum(0), {"e": EULER})
        if _has_symbol(term):
            raise self.fail("the end of an interval must be a constant")
        return term


def _has_symbol(term: Term) -> bool:
    return any(isinstance(part, Symbol) and part.name not in CONSTANTS for part in subterms(term))


def _bits(term: Term) -> int | None:
    """An upper bound on the bits of a constant rational term, or None when it holds a variable or function."""
    if isinstance(term, Number):
        return max(term.value.numerator.bit_length(), term.value.denominator.bit_length())
    if isinstance(term, Apply) and not term.head.isalpha():
        parts = [_bits(arg) for arg in term.args]
        if any(part is None for part in parts):
            return None
        sizes = [part for part in parts if part is not None]
        if term.head == "^":
            exponent = term.args[1]
            value = abs(exponent.value) if isinstance(exponent, Number) else Fraction(MAX_CONSTANT_BITS)
            return int(sizes[0] * max(value, Fraction(1))) + 1
        return sum(sizes) + 1
    return None
