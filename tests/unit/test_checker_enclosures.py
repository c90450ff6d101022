"""The checker's enclosures of elementary functions, to the last bit, and that each holds the value by Arb.

Certificates were accepted with these ends; whoever changes one of them must mean it.
"""

from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq

PINNED = [
    ("exp", "60", 24, ["5e76f27714f1970e580000/0", "5e76f27714f19b2cc00000/0"]),
    ("exp", "-60", 24, ["56b8646a65616759bf/157", "56b8646a65616a4aa3/157"]),
    ("exp", "1/3", 4, ["16546db128c1/44", "b2a36d923e3/43"]),
    ("atan", "2/3", 5, ["96863/20", "96887/20"]),
    ("log", "7", 5, ["1f22729/24", "f913961/27"]),
    ("sin_cos", "40", 9, ["17d7f5d/25", "17d7f97/25", "-aabc81/24", "-2aaf19/22"]),
    ("sin_cos", "-1/2", 30, ["-1eaee8744b3b/46", "-1eaee8744ad7/46", "1c1528065b63/45", "1c1528065b95/45"]),
    ("sin_cos", "13/2", 6, ["dc46b/22", "dc49f/22", "3e805/18", "fa021/20"]),
    ("exp", "1", 16, ["2b7e1516289b01/52", "15bf0a8b1461161/55"]),
    ("exp", "-7/3", 40, ["18d327a69b3be5a888a31/84", "18d327a69b3be5a898543/84"]),
    ("exp", "100/3", 24, ["441ca4a018a176449b/22", "441ca4a018a1785a27/22"]),
    ("exp", "-355/113", 64, ["16202218536282b52fb809f4ae7/109", "2c404430a6c5056a5f70140529b/110"]),
    ("exp", "1/1000000007", 30, ["8000000225c17c2ea7/71", "8000000225c17d6231/71"]),
    ("exp", "20", 8, ["1ceb088b680049/24", "1ceb088b69c927/24"]),
    ("exp", "-12345/1000", 12, ["9202b97a3ddcd/69", "9202b97a3ed7bb/73"]),
    ("exp", "1/2", 7, ["6984a6380aeb/46", "6984a638e23b/46"]),
    ("exp", "-1/1099511627776", 53, ["fffffffffefffffffffe4a3/92", "1fffffffffe000000000563b/93"]),
    ("exp", "693147/1000000", 20, ["3fffff3e200f6ff/57", "fffffcf880468f1/59"]),
    ("log", "2", 16, ["b17217f7c1/40", "b17217f7e1/40"]),
    ("log", "3", 40, ["1193ea7aad030a923/64", "1193ea7aad030a9b3/64"]),
    ("log", "4/3", 24, ["49a58844d33f/48", "49a58844d3af/48"]),
    ("log", "2/3", 24, ["-33e647d97f47/47", "-33e647d97f11/47"]),
    ("log", "1/1000", 30, ["-374315331fff4b/51", "-1ba18a998fff99/50"]),
    ("log", "1000000007/1000000009", 64, ["-225c17cbb115b5d/86", "-89705f2ec456d5/84"]),
    ("log", "99999999999", 12, ["caa0a3108b/35", "caa0a310fd/35"]),
    ("log", "10/7", 7, ["2da78629/31", "2da78679/31"]),
    ("log", "5/8", 20, ["-1e148a1a27f/42", "-1e148a1a269/42"]),
    ("log", "1267650600228229401496703205377/1267650600228229401496703205376", 53, ["-7/76", "7/76"]),
    ("sqrt", "2", 16, ["2d413cccf/33", "2d413ccd/29"]),
    ("sqrt", "1/3", 40, ["24f34e8b2066389/58", "1279a74590331c5/57"]),
    ("sqrt", "1000001", 24, ["fa00083126c7/38", "7d00041893639/41"]),
    ("sqrt", "3/1099511627776", 30, ["ddb3d742c265539d9/87", "6ed9eba16132a9ced/86"]),
    ("sqrt", "5/7", 7, ["361701d/26", "1b0b80f/25"]),
    ("sqrt", "10", 64, ["653160eb696d4a48128af/81", "653160eb696d4a48128b/77"]),
    ("atan", "1", 16, ["6487ed2f/31", "6487ed6f/31"]),
    ("atan", "1/2", 40, ["3b58ce0ac3767f/55", "3b58ce0ac376bf/55"]),
    ("atan", "-3", 24, ["-9fe0bb5befb/43", "-9fe0bb5bb6d/43"]),
    ("atan", "1000", 30, ["323bc581cca07/49", "323bc581ccc35/49"]),
    ("atan", "-1/1000", 53, ["-418935dd45b8567/68", "-418935dd45b854f/68"]),
    ("atan", "7/5", 7, ["1e6ad43/25", "1e6aed/21"]),
    ("atan", "577/408", 64, ["1e91f5a41b9ba44ee539/77", "3d23eb483737489dcab33/82"]),
    ("sin_cos", "1", 16, ["6bb55229/31", "6bb5524d/31", "22945017/30", "22945029/30"]),
    ("sin_cos", "-2", 40, ["-7463dbab46d135/55", "-7463dbab46d0f9/55", "-35444caea6e429/55", "-35444caea6e3ed/55"]),
    ("sin_cos", "3", 24, ["9081c36d1/38", "9081c36e7/38", "-7eb812fa2d/39", "-7eb812fa01/39"]),
    ("sin_cos", "22/7", 30, ["-a5bd3535d/45", "-a5bd3532b/45", "-7ffff94b291/43", "-fffff296509/44"]),
    ("sin_cos", "1/1000", 7, ["20a9/23", "20df/23", "7fffe1/23", "1/0"]),
    ("sin_cos", "5", 12, ["-7abe08d/27", "-7abe06d/27", "489e13b/28", "489e17b/28"]),
    ("sin_cos", "-13/2", 20, ["-1b890d421/35", "-1b890d3f9/35", "7d00d2c3d/35", "7d00d2c65/35"]),
    ("sin_cos", "1000", 16, ["d3ae6081/32", "d3ae60c9/32", "23fe04c7/30", "23fe04d9/30"]),
    ("sin_cos", "30000001/10", 20, ["-d38f43b1b/36", "-d38f43acb/36", "1204b8f67/33", "1204b8f71/33"]),
    ("sin_cos", "100000000000000000001/10", 8, ["-7adcbd/23", "-7adca1/23", "-11f36b/22", "-11f35d/22"]),
    ("sin_cos", "-123456789012345/7", 30, ["d5ec25766eb/44", "357b095d9c1/42", "23277f9da643/46", "23277f9da6a7/46"]),
    ("sin_cos", "-100", 33, ["40d096de3129/47", "81a12dbc6287/48", "37303b7eccb9/46", "dcc0edfb3319/48"]),
    ("sin_cos", "11/7", 36, ["fffffca5944d/48", "3fffff296515/46", "-296f4dd8065/52", "-296f4dd7ff5/52"]),
    ("pi", None, 16, ["c90fda4d/30", "c90fdaf7/30"]),
    ("pi", None, 64, ["c90fdaa22168c234c417/78", "c90fdaa22168c234c56d/78"]),
    ("pi", None, 5, ["1921bb/19", "192241/19"]),
    ("log2_units", None, 16, "0xb172"),
    ("log2_units", None, 64, "0xb17217f7d1cf79ab"),
    ("log2_units", None, 7, "0x58"),
]  # fmt: skip


def end(text):
    """A dyadic number from its numerator in hexadecimal and the power of two below it."""
    numerator, power = text.split("/")
    return Fraction(int(numerator, 16), 2 ** int(power))


def exactly(ball):
    mantissa, exponent = ball.mid().man_exp()
    return int(mantissa) * Fraction(2) ** int(exponent)


def true(name, x):
    """Exact ends close around the value, by Arb."""
    before, ctx.prec = ctx.prec, 400
    try:
        point = None if x is None else arb(fmpq(Fraction(x).numerator, Fraction(x).denominator))
        value = arb.pi() if name == "pi" else arb(2).log() if name == "log2_units" else getattr(point, name)()
        return exactly(value.lower()), exactly(value.upper())
    finally:
        ctx.prec = before


@pytest.mark.parametrize(("name", "x", "bits", "expected"), PINNED)
def test_enclosures_to_the_last_bit(checker, name, x, bits, expected):
    found = getattr(checker.functions, name)(*([] if x is None else [Fraction(x)]), bits)
    if name == "log2_units":
        assert found == int(expected, 16)
        least, most = true(name, x)
        assert abs(found - least * 2**bits) <= 2 and abs(found - most * 2**bits) <= 2
        return
    ends = [e for pair in found for e in pair] if name == "sin_cos" else list(found)
    assert ends == [end(text) for text in expected]
    parts = ("sin", "cos") if name == "sin_cos" else (name,)
    for part, low, high in zip(parts, ends[::2], ends[1::2], strict=True):
        least, most = true(part, x)
        assert low <= least and most <= high


def test_where_values_are_rational(checker):
    functions, zero, one = checker.functions, Fraction(0), Fraction(1)
    assert functions.exp(zero, 8) == (one, one)
    assert functions.log(one, 8) == (zero, zero)
    assert functions.atan(zero, 8) == (zero, zero)
    assert functions.sin_cos(zero, 8) == ((zero, zero), (one, one))
    assert functions.sqrt(Fraction(9, 4), 8) == (Fraction(3, 2),) * 2
    assert functions.sqrt(zero, 8) == (zero, zero)
    low, high = functions.sqrt(Fraction(9, 5), 8)
    assert low < high


def test_sines_and_cosines_end_at_one(checker):
    for x in (Fraction(1, 10**6), Fraction(314159265358979, 10**14), Fraction(-157079632679, 10**11)):
        for low, high in checker.functions.sin_cos(x, 4):
            assert -1 <= low < high <= 1


def test_numbers_in_units(checker):
    assert checker.functions.fixed(Fraction(-1, 3), 4) == -6
    assert checker.functions.fixed(Fraction(7, 2), 3) == 28
    assert checker.functions.around(5, 2, 3) == (Fraction(3, 8), Fraction(7, 8))


@pytest.mark.parametrize("bits", [8, 20, 60])
@pytest.mark.parametrize("t", [Fraction(1, 2), Fraction(1, 5), Fraction(1, 239), Fraction(3, 7), Fraction(0)])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_series_is_off_by_less_than_it_says(checker, bits, t, sign):
    unit = Fraction(1, 2**bits)
    start = checker.functions.fixed(t, bits)
    total, error = checker.functions.arc_series(start, bits, sign)
    x = start * unit
    value = sum(Fraction(sign ** ((k - 1) // 2), k) * x**k for k in range(1, 90, 2))
    assert abs(total * unit - value) <= error * unit
    assert error <= 2 * bits + 8
