"""Polynomials and rational functions over Q, exactly.

A polynomial is a dict from monomials to Fractions; a monomial is a sorted tuple of (name, power).  A rational
function is (numerator, {denominator key: power}).  Functions such as log u are atoms: names of their own, the same
for the same normal form of u; powers of exp and root atoms may be fractions.
"""

from fractions import Fraction
from math import gcd, lcm

from errors import Rejected, spend

MAX_TERMS = 20_000
MAX_POWER = 64
MAX_DEGREE = 256
MAX_BITS = 1 << 18
ONE = {(): Fraction(1)}


def constant(value):
    """The constant polynomial."""
    return {(): Fraction(value)} if value else {}


def variable(name):
    """The polynomial of one variable."""
    return {((name, 1),): Fraction(1)}


def add(p, q, factor=1):
    """p + factor * q."""
    total = dict(p)
    for monomial, value in q.items():
        value = total.get(monomial, 0) + factor * value
        if value:
            total[monomial] = value
        else:
            total.pop(monomial, None)
    return total


def multiply(p, q):
    """p * q."""
    spend(1 + len(p) * len(q))
    total = {}
    for m, a in p.items():
        for n, b in q.items():
            monomial = join(m, n)
            total[monomial] = total.get(monomial, 0) + a * b
    total = {monomial: value for monomial, value in total.items() if value}
    if len(total) > MAX_TERMS:
        raise Rejected(f"a polynomial of more than {MAX_TERMS} terms")
    return total


def join(m, n):
    """The product of two monomials."""
    if not m or not n:
        return m or n
    powers = dict(m)
    for name, power in n:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def power(p, exponent):
    """p to a natural power."""
    if exponent > MAX_POWER:
        raise Rejected(f"a power beyond {MAX_POWER}")
    if exponent * max((size(v) for v in p.values()), default=0) > MAX_BITS:
        raise Rejected(f"a power with coefficients beyond {MAX_BITS} bits")
    if exponent * max((sum(abs(e) for _, e in m) for m in p), default=0) > MAX_DEGREE:
        raise Rejected(f"a power of degree beyond {MAX_DEGREE}")
    result = ONE
    for _ in range(exponent):
        result = multiply(result, p)
    return result


def size(value):
    """The bits of a rational."""
    return value.numerator.bit_length() + value.denominator.bit_length()


def key(p):
    """A hashable name of a polynomial."""
    return tuple(sorted(p.items()))


def primitive(p):
    """(c, q) with p = c q, q with coprime integer coefficients, the first of its sorted ones positive."""
    factor = Fraction(gcd(*(v.numerator for v in p.values())), lcm(*(v.denominator for v in p.values())))
    if p[min(p)] < 0:
        factor = -factor
    return factor, {monomial: value / factor for monomial, value in p.items()}


def rational(term, roots):
    """The rational function of a term over variables and atoms; `roots` collects the bases of fractional powers."""
    if isinstance(term, Fraction):
        return constant(term), {}
    if isinstance(term, str):
        return variable(term), {}
    head, *args = term
    if head == "^":
        return exponential(args[0], args[1], roots)
    parts = [rational(arg, roots) for arg in args]
    if head not in "+-*/":
        return atom(head, [cancelled(part) for part in parts], roots)
    if head == "+":
        return fold(parts, lambda p, q: add(p, q))
    if head == "-":
        return fold([({}, {}), *parts] if len(parts) == 1 else parts, lambda p, q: add(p, q, -1))
    if head == "*":
        result = parts[0]
        for part in parts[1:]:
            result = times(result, part)
        return result
    return times(parts[0], reciprocal(parts[1]))


def cancelled(part):
    """The rational function without the denominators that divide its numerator."""
    top, below = part[0], {}
    for d, e in part[1].items():
        quotient = divide(top, dict(d))
        while e and quotient is not None:
            top, e = quotient, e - 1
            quotient = divide(top, dict(d))
        if e:
            below[d] = e
    return top, below


def divide(p, d):
    """The polynomial p / d, or None if d does not divide p."""
    names = sorted({name for m in (*p, *d) for name, _ in m})

    def rank(monomial):
        powers = dict(monomial)
        return [powers.get(name, 0) for name in names]

    lead, quotient = max(d, key=rank), {}
    while p:
        spend(10 * len(p))
        top = max(p, key=rank)
        shift = dict(join(top, tuple((name, -e) for name, e in lead)))
        if any(e < 0 for e in shift.values()):
            return None
        step = {tuple(sorted(shift.items())): p[top] / d[lead]}
        quotient = add(quotient, step)
        p = add(p, multiply(step, d), -1)
    return quotient


def exponential(base, exponent, roots):
    """base ^ exponent: integer powers are products, rational ones roots, any other exp(exponent log base)."""
    if not isinstance(exponent, Fraction):
        return rational(("exp", ("*", exponent, ("log", base))), roots)
    part = rational(base, roots)
    if exponent.denominator > 1:
        return fractional(part, exponent, roots)
    return integer_power(part, int(exponent))


def integer_power(part, exponent):
    """A rational function to an integer power."""
    if exponent < 0:
        part = reciprocal(part)
    times_ = abs(exponent)
    return power(part[0], times_), {d: e * times_ for d, e in part[1].items() if times_}


def fractional(part, exponent, roots):
    """part ^ exponent as part ^ floor times an atom with the rest as its exponent."""
    floor = exponent.numerator // exponent.denominator
    whole, rest = integer_power(part, floor), exponent - floor
    if not rest or part == (ONE, {}):
        return whole
    name = f"root {text(part)}"
    roots[name] = part
    return times(whole, ({((name, rest),): Fraction(1)}, {}))


def atom(head, parts, roots):
    """A function value as a variable of its own, but for exp of sums and the plain values at 0 and 1."""
    (top, below), *others = parts
    if not others:
        if head == "sqrt":
            return fractional(parts[0], Fraction(1, 2), roots)
        if not top and head in ("exp", "cos", "sin", "atan"):
            return (ONE if head in ("exp", "cos") else {}), {}
        if head == "log" and top == ONE and not below:
            return {}, {}
        turns = 2 * top.get((("pi", 1),), 0)
        if head in ("sin", "cos") and len(top) == 1 and not below and turns.denominator == 1 and turns:
            return constant((0, 1, 0, -1)[int(turns + (head == "cos")) % 4]), {}
        if head == "atan" and top == ONE and not below:
            return {(("pi", 1),): Fraction(1, 4)}, {}
        if head == "exp" and not below:
            return product([exp_of(monomial, value, roots) for monomial, value in top.items()])
    name = f"{head} {' , '.join(map(text, parts))}"
    if head == "log":
        roots[name] = parts[0]
    return variable(name), {}


def exp_of(monomial, value, roots):
    """exp(value * monomial): a power of exp(monomial), or of u where the monomial is log u."""
    if len(monomial) == 1 and monomial[0][1] == 1 and monomial[0][0] in roots and monomial[0][0].startswith("log "):
        return fractional(roots[monomial[0][0]], value, roots)
    return {((f"exp {monomial!r}", value),): Fraction(1)}, {}


def product(parts):
    """The product of rational functions."""
    result = (ONE, {})
    for part in parts:
        result = times(result, part)
    return result


def text(part):
    """A name for a rational function, the same for the same one."""
    return f"{key(part[0])!r} / {sorted(part[1].items())!r}"


def settle(p, roots):
    """A polynomial with whole powers of roots put back as powers of their polynomial bases."""
    for _ in range(MAX_POWER):
        for monomial in p:
            found = next((n for n, e in monomial if e >= 1 and n in roots and n.startswith("root ")), None)
            if found is not None and not roots[found][1]:
                break
        else:
            return p
        rest = add(p, {monomial: p[monomial]}, -1)
        p = add(rest, multiply({lower(monomial, found, 1): p[monomial]}, roots[found][0]))
    return p


def same(f, g):
    """Whether two terms are the same rational function of variables and atoms."""
    roots = {}
    return not settle(rational(("-", f, g), roots)[0], roots)


def times(f, g):
    """The product of two rational functions."""
    dens = dict(f[1])
    for d, e in g[1].items():
        dens[d] = dens.get(d, 0) + e
    return multiply(f[0], g[0]), dens


def reciprocal(f):
    """1 / f; its numerator becomes a denominator, its monomial content split into variables."""
    if not f[0]:
        raise Rejected("division by the zero function")
    factor, rest = primitive(f[0])
    dens = {}
    for name in {name for monomial in rest for name, _ in monomial}:
        least = min(dict(monomial).get(name, 0) for monomial in rest)
        if least:
            whole = least > 0 and least == int(least)
            dens[key(variable(name) if whole else {((name, least),): Fraction(1)})] = int(least) if whole else 1
            rest = {lower(monomial, name, least): value for monomial, value in rest.items()}
    if rest != ONE:
        dens[key(rest)] = 1
    numerator = constant(1 / factor)
    for d, e in f[1].items():
        numerator = multiply(numerator, power(dict(d), e))
    return numerator, dens


def lower(monomial, name, amount):
    """The monomial divided by name ** amount."""
    powers = dict(monomial)
    powers[name] = powers.get(name, 0) - amount
    return tuple(sorted((n, e) for n, e in powers.items() if e))


def fold(parts, combine):
    """Combine rational functions over their common denominator."""
    common = {}
    for _, dens in parts:
        for d, e in dens.items():
            common[d] = max(common.get(d, 0), e)
    numerators = []
    for numerator, dens in parts:
        for d, e in common.items():
            numerator = multiply(numerator, power(dict(d), e - dens.get(d, 0)))
        numerators.append(numerator)
    result = numerators[0]
    for numerator in numerators[1:]:
        result = combine(result, numerator)
    return result, common
