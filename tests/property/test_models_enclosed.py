"""Folding encloses the exact result: floats with radii against rationals, and chains against their models."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lt_proofs.errors import BadInput
from lt_proofs.models.builder import Builder
from lt_proofs.models.chain import chain_of, shift_bound
from lt_proofs.models.enclosed import Enclosed
from lt_proofs.models.maps import DenseMap, Pick, added, composed

NUMBERS = st.one_of(
    st.floats(-1e6, 1e6, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-30),
    st.floats(-8, 8, width=32).filter(lambda x: x == 0 or abs(x) > 1e-30),
    st.integers(-9, 9).map(float),
)
RADII = st.sampled_from([0.0, 0.0, 2.0**-40, 1e-9])


@st.composite
def enclosed(draw, size):
    """Floats with radii, and one exact number within each."""
    mid = np.array([draw(NUMBERS) for _ in range(size)])
    rad = np.array([draw(RADII) for _ in range(size)])
    shifts = [draw(st.fractions(-1, 1, max_denominator=7)) for _ in range(size)]
    exact = [Fraction(m) + Fraction(r) * s for m, r, s in zip(mid.tolist(), rad.tolist(), shifts, strict=True)]
    return Enclosed(mid, rad if rad.any() else None), exact


def holds(found, exact):
    """Whether each exact number lies within its radius of the float."""
    mids, radii = found.mid.reshape(-1).tolist(), found.radius.reshape(-1).tolist()
    return all(abs(Fraction(m) - e) <= Fraction(r) for m, r, e in zip(mids, radii, exact, strict=True))


@given(enclosed(3), enclosed(3))
def test_sums_products_and_quotients_are_enclosed(one, other):
    (a, x), (b, y) = one, other
    assert holds(a + b, [p + q for p, q in zip(x, y, strict=True)])
    assert holds(a - b, [p - q for p, q in zip(x, y, strict=True)])
    assert holds(a * b, [p * q for p, q in zip(x, y, strict=True)])
    if (np.abs(b.mid) > 1e-6).all():
        assert holds(a / b, [p / q for p, q in zip(x, y, strict=True)])


@given(enclosed(3))
def test_roots_are_enclosed(one):
    a, x = one
    if (a.mid > 1e-6).all():
        root = a.sqrt()
        for m, r, exact in zip(root.mid.tolist(), root.radius.tolist(), x, strict=True):
            assert max(Fraction(m) - Fraction(r), 0) ** 2 <= exact <= (Fraction(m) + Fraction(r)) ** 2


@given(enclosed(6), enclosed(6))
def test_matrix_products_are_enclosed(one, other):
    (a, x), (b, y) = one, other
    exact = [sum(x[3 * i + k] * y[2 * k + j] for k in range(3)) for i in range(2) for j in range(2)]
    assert holds(a.reshape(2, 3) @ b.reshape(3, 2), exact)


def test_what_floats_hold_stays_exact():
    random = np.random.default_rng(0)
    short = random.normal(size=(5, 4)).astype(np.float32)
    a, chosen = Enclosed.of(short), Enclosed.of(np.eye(4)[[2, 0, 1, 1]])
    assert (a * a).exact and (a @ chosen).exact and (a + a).exact
    assert not (a / Enclosed.of(np.full((5, 4), 3.0))).exact
    assert not (a @ Enclosed.of(random.normal(size=(4, 2)))).exact


@pytest.mark.parametrize("wrong", [lambda a: a / Enclosed.of([0.0]), lambda a: Enclosed.of([-1.0]).sqrt()])
def test_what_has_no_value_is_refused(wrong):
    with pytest.raises(BadInput, match="the network"):
        wrong(Enclosed.of([1.0]))


def test_numbers_that_cannot_be_folded_are_refused():
    with pytest.raises(BadInput, match="scale the network"):
        Enclosed.of([1e200]) * Enclosed.of([1e200])


@given(st.data())
def test_composing_and_adding_maps_is_multiplying_and_adding_matrices(data):
    def a_map(rows, columns):
        if data.draw(st.booleans()):
            return DenseMap(
                Enclosed(
                    np.array(
                        data.draw(st.lists(st.integers(-4, 4), min_size=rows * columns, max_size=rows * columns)), float
                    ).reshape(rows, columns)
                )
            )
        places = np.array(data.draw(st.lists(st.integers(-1, columns - 1), min_size=rows, max_size=rows)))
        factors = data.draw(st.none() | st.lists(st.integers(-3, 3), min_size=rows, max_size=rows))
        return Pick(places, columns, None if factors is None else Enclosed.of(factors))

    outer, inner, other = a_map(3, 4), a_map(4, 2), a_map(4, 2)
    matrix = outer.dense().mid @ inner.dense().mid
    both = composed(outer, inner)
    assert np.array_equal(both.dense().mid, matrix) and both.dense().exact
    assert np.array_equal(added(inner, other).dense().mid, inner.dense().mid + other.dense().mid)
    batch = np.arange(6.0).reshape(3, 2)
    assert np.array_equal(both.apply(batch), batch @ matrix.T)
    assert (both.sizes(batch) >= np.abs(both.apply(batch))).all()
    assert np.array_equal(inner.image(Enclosed.of([2.0, -3.0])).mid, inner.dense().mid @ [2.0, -3.0])


def exact_outputs(layers, x):
    """The outputs of layers in rational arithmetic."""
    values = [Fraction(v) for v in x]
    for number, layer in enumerate(layers):
        values = [max(v, 0) for v in values] if number else values
        rows = [[Fraction(w) for w in row] for row in layer.weight.mid.tolist()]
        bias = [Fraction(0)] * len(rows) if layer.bias is None else [Fraction(b) for b in layer.bias.mid.tolist()]
        values = [sum(w * v for w, v in zip(row, values, strict=True)) + b for row, b in zip(rows, bias, strict=True)]
    return values


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_a_chain_computes_its_model_within_the_certified_shift(seed):
    """Normalization, leaky ReLUs, a residual sum, a maximum and two matrices without a ReLU, in rationals."""
    random = np.random.default_rng(seed)

    def floats(*shape):
        return random.normal(size=shape).astype(np.float32).astype(float)

    mean, deviation, w, v, u, t = (
        floats(2),
        abs(floats(2)) + 0.5,
        floats(2, 3),
        floats(3, 3),
        floats(3, 2),
        floats(2, 2),
    )
    builder = Builder("x", (1, 2))
    value = builder.shifted("mean", builder.inputs, -Enclosed(mean))
    value = builder.scaled("deviation", value, Enclosed(np.ones(2)) / Enclosed(deviation))
    hidden = builder.leaky("leaky", builder.product("w", value, Enclosed(w), left=False), Enclosed.of([0.125]))
    summed = builder.combined("sum", [hidden, builder.product("v", hidden, Enclosed(v), left=False)], [1.0, 1.0])
    larger = builder.larger("max", summed, hidden)
    output = builder.product("t", builder.product("u", larger, Enclosed(u), left=False), Enclosed(t), left=False)
    layers = chain_of(builder.model(builder.relu("last", output)))
    x = floats(2)

    def fractions(array):
        return np.vectorize(Fraction)(array)

    exact = (fractions(x) - fractions(mean)) / fractions(deviation)
    exact = exact @ fractions(w)
    exact = np.array([max(e, e / 8) for e in exact])
    exact = np.maximum(exact + exact @ fractions(v), exact)
    exact = np.maximum(exact @ fractions(u) @ fractions(t), 0)
    difference = sum((one - other) ** 2 for one, other in zip(exact_outputs(layers, x), exact, strict=True))
    bound = Fraction(shift_bound(layers)) ** 2 * (1 + sum(Fraction(c) ** 2 for c in x))
    assert difference <= bound < Fraction(1, 10**16)
