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

    # an exponential that d does not hold may stand in p with any power: it is a unit
    own = {n for m in d for n, _ in m} | {n for n in names if not n.startswith("exp ")}
    lead, quotient = max(d, key=rank), {}
    while p:
        spend(10 * len(p))
        top = max(p, key=rank)
        shift = dict(join(top, tuple((name, -e) for name, e in lead)))
        if any(e < 0 for name, e in shift.items() if name in own):
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
    if not part[0] and exponent > 0:
        return part
    whole, rest = integer_power(part, floor), exponent - floor
    if not rest:
        return whole
    factor, body = primitive(part[0])
    body = ({m: v if factor > 0 else -v for m, v in body.items()}, part[1])
    for prime, count in primes(abs(factor)):
        whole = times(whole, fractional_atom((constant(prime), {}), rest * count, roots))
    return whole if body == (ONE, {}) else times(whole, fractional_atom(body, rest, roots))


def fractional_atom(part, exponent, roots):
    """part ^ floor and a root atom with the rest of the exponent; every power of one base uses the same atom."""
    floor = exponent.numerator // exponent.denominator
    name = f"root {text(part)}"
    roots[name] = part
    return times(
        integer_power(part, floor), ({((name, exponent - floor),): Fraction(1)} if exponent != floor else ONE, {})
    )


def primes(value):
    """A positive rational as pairs of a prime and its power; what is left beyond 1000 counts as one prime."""
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        prime = 2
        while number > 1:
            prime = number if prime > 1000 else prime
            while number % prime == 0:
                number //= prime
                yield prime, sign
            prime += 1


def atom(head, parts, roots):
    """A function value as a variable of its own, but for exp of sums and the plain values at 0 and 1."""
    (top, below), *others = parts
    if not others:
        if head == "sqrt":
            return fractional(parts[0], Fraction(1, 2), roots)
        if not top and head in ("exp", "cos", "sin", "atan"):
            return (ONE if head in ("exp", "cos") else {}), {}
        if head == "log":
            return logarithm(top, below, roots)
        if head in ("sin", "cos") and not below:
            return sine_cosine(top)[head == "cos"], {}
        if head == "atan" and top == ONE and not below:
            return {(("pi", 1),): Fraction(1, 4)}, {}
        if head == "exp":
            return product([exp_of(monomial, value, below, roots) for monomial, value in top.items()])
    return variable(f"{head} {' , '.join(map(text, parts))}"), {}


def logarithm(top, below, roots):
    """log(c u) as log c + log u, log c as a sum over the small primes of c."""
    if not top:
        raise Rejected("the logarithm of zero")
    factor, rest = primitive(top)
    total, rest = {}, {m: v if factor > 0 else -v for m, v in rest.items()}
    for prime, count in primes(abs(factor)):
        roots[f"log {prime}"] = (constant(prime), {})
        total = add(total, variable(f"log {prime}"), count)
    (monomial, *others), value = rest, rest[min(rest)]
    if not others and value == 1 and not below and all(n.startswith("exp ") and n in roots for n, _ in monomial):
        for name, e in monomial:
            total = add(total, roots[name], e)
    elif rest != ONE or below:
        name = f"log {text((rest, below))}"
        roots[name] = (rest, below)
        total = add(total, variable(name))
    return total, {}


def exp_of(monomial, value, below, roots):
    """exp(value * monomial / below): a power of exp(monomial / below), or of u where that is log u."""
    if len(monomial) == 1 and not below:
        ((inner, exponent),) = monomial
        if exponent == 1 and inner.startswith("log ") and inner in roots:
            return fractional(roots[inner], value, roots)
    name = f"exp {text(cancelled(({monomial: Fraction(1)}, below)))}"
    if not below:
        roots[name] = {monomial: Fraction(1)}
    return {((name, value),): Fraction(1)}, {}


def sine_cosine(top):
    """(sin, cos) of a sum, by the addition theorem, over the sines and cosines of its monomials."""
    sine, cosine = {}, ONE
    for monomial, value in top.items():
        unit = (monomial, Fraction(1, value.denominator))
        one = variable(f"sin {unit!r}"), variable(f"cos {unit!r}")
        one = one if value > 0 else (add({}, one[0], -1), one[1])
        if abs(value.numerator) > 16:
            raise Rejected("a multiple of an angle beyond 16")
        if monomial == (("pi", 1),) and value.denominator <= 2:
            one = (constant((value > 0) - (value < 0)), {}) if value.denominator == 2 else ({}, constant(-1))
        for _ in range(abs(value.numerator)):
            sine, cosine = (
                add(multiply(sine, one[1]), multiply(cosine, one[0])),
                add(multiply(cosine, one[1]), multiply(sine, one[0]), -1),
            )
    return sine, cosine


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
    while True:
        spend(len(p))
        for monomial in p:
            found = next((n for n, e in monomial if e >= 1 and n.startswith("root ") and not roots[n][1]), None)
            wave = next((n for n, e in monomial if e >= 2 and n.startswith("cos ")), None)
            if found or wave:
                break
        else:
            return p
        rest = add(p, {monomial: p[monomial]}, -1)
        if found:
            p = add(rest, multiply({lower(monomial, found, 1): p[monomial]}, roots[found][0]))
        else:
            sine_squared = {((f"sin {wave[4:]}", 2),): Fraction(1)}
            p = add(rest, multiply({lower(monomial, wave, 2): p[monomial]}, add(ONE, sine_squared, -1)))


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
    dens, above = {}, constant(1 / factor)
    for name in {name for monomial in rest for name, _ in monomial}:
        least = min(dict(monomial).get(name, 0) for monomial in rest)
        if least and name.startswith("exp "):
            above = multiply(above, {((name, -least),): Fraction(1)})
            rest = {lower(monomial, name, least): value for monomial, value in rest.items()}
        elif least:
            whole = least > 0 and least == int(least)
            dens[key(variable(name) if whole else {((name, least),): Fraction(1)})] = int(least) if whole else 1
            rest = {lower(monomial, name, least): value for monomial, value in rest.items()}
    if rest != ONE:
        dens[key(rest)] = 1
    for d, e in f[1].items():
        above = multiply(above, power(dict(d), e))
    return above, dens


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
