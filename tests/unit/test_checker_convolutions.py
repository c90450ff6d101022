"""Rules about convolutions: what each asks for and refuses, and the exact counterexamples of the planted errors."""

from fractions import Fraction

import pytest

NORM = {"domain": "k in [1, oo), M in [1, oo), m in [1, oo), F in [0, oo)", "layer": "linear", "norm": "euclid",
        "measure": "entries", "taps": "k", "reads": "M", "most": "m", "size": "F", "bound": "7*F"}  # fmt: skip
POOL = {"domain": "k in [1, oo), j in [1, oo), M in [1, oo)", "pool": "max", "norm": "euclid", "taps": "k",
        "inside": "j", "reads": "M", "factor": "3"}  # fmt: skip
READS = {"domain": "D in [1, oo), k in [1, oo), s in [1, oo), d in [1, oo), r in [1, oo), a in [0, oo), b in [0, oo)",
         "size": "D", "taps": "k", "stride": "s", "dilation": "d", "step": "r", "before": "a", "after": "b",
         "reads": "9*k"}  # fmt: skip
BIAS = {"domain": "d in [1, oo), t in [0, oo), u in [0, oo), a in [0, oo), b in [0, oo)", "dilation": "d",
        "before": "a", "after": "b", "earlier": "t", "later": "u"}  # fmt: skip
BLOCKS = {"domain": "B in [1, oo), h in (0, 1]", "skip": "kept", "norm": "sup", "depth": "B", "error": "h",
          "bound": "8^B"}  # fmt: skip
SHAPE = "k in [1, oo), d in [1, oo), e in [1, oo), G in [1, oo), M in [1, oo)"
SMALL = "eps in (0, 1), delta in (0, 1)"
WINDOW = {"taps": "k", "inputs": "d", "outputs": "e", "groups": "G", "reads": "M"}
LAYER = {"domain": f"{SHAPE}, {SMALL}", "law": ["gadget"], "norm": "sup", **WINDOW, "signs": "both",
         "tolerance": "eps", "failure": "delta", "units": "99/(eps*delta)"}  # fmt: skip
WEIGHT = {"domain": SMALL, "law": ["gadget"], "inputs": "1", "outputs": "1", "signs": "both", "tolerance": "eps",
          "failure": "2*delta", "units": "98/(eps*delta)"}  # fmt: skip
NETWORK = {"domain": f"{SHAPE}, l in [1, oo), {SMALL}", "law": ["gadget"], "norm": "sup", **WINDOW, "depth": "l",
           "signs": "both", "error": "eps", "failure": "delta", "units": "97*l", "later": "96*l"}  # fmt: skip
ONE = {"signs": "nonnegative"}
STACKED = {"share": "eps/(2*l)", "first": {"eps": "eps/(2*l)", "delta": "delta/l"}, "later": {"eps": "eps/(3*l)"}}
PRUNING = {"domain": "N in [1, oo), eps in (0, 1), p in [0, oo)", "entries": "N", "bits": "p", "closeness": "eps",
           "success": "1/2", "conclusion": "p >= 3*N"}  # fmt: skip
VOLUME = {"domain": PRUNING["domain"], "dimension": "N", "diameter": "2*eps", "share": "eps^N"}
COUNTING = {"domain": PRUNING["domain"], "share": "eps^N", "bits": "p", "success": "1/2", "bound": "3*N"}
MADE = {"convolution": NORM, "pooling": POOL, "reads": READS, "bias": BIAS, "residual": BLOCKS, "conv-layer": LAYER,
        "layer": WEIGHT, "conv-network": NETWORK, "conv-pruning": PRUNING, "volume": VOLUME, "counting": COUNTING,
        "hidden-channels": {"domain": "", "value": "3"}}  # fmt: skip


def made(checker, form, fields=None):
    return checker.read_judgement(form, **(MADE[form] | (fields or {})))


# the rule: the form and fields of a goal, the premises, the data, and what is asked for
ASKED = {
    "count_reads": ("reads", {}, [], {}, "min((k + r - 1)/r, (D + a + b - d*(k - 1) - 1)/s + 1) <= 9*k"),
    "kernel_norm": ("convolution", {}, [], {}, "sqrt(M)*F <= 7*F"),
    "kernel_norm rows": ("convolution", {"measure": "rows"}, [], {}, "sqrt(M)*F <= 7*F"),
    "kernel_norm columns": ("convolution", {"measure": "columns"}, [], {}, "sqrt(k*m)*F <= 7*F"),
    "kernel_norm taps": ("convolution", {"measure": "taps"}, [], {}, "sqrt(m)*F <= 7*F"),
    "kernel_norm torus": ("convolution", {"measure": "torus"}, [], {}, "F <= 7*F"),
    "kernel_norm outputs": ("convolution", {"measure": "outputs", "norm": "sup"}, [], {}, "F <= 7*F"),
    "kernel_norm larger": ("convolution", {"measure": "larger", "layer": "signed"}, [], {}, "sqrt(M)*F <= 7*F"),
    "kernel_norm signs": ("convolution", {"measure": "larger-outputs", "layer": "signed", "norm": "sup"}, [], {},
        "F <= 7*F"),
    "pooling": ("pooling", {}, [], {}, "sqrt(M/1) <= 3"),
    "pooling mean": ("pooling", {"pool": "mean"}, [], {}, "sqrt(M/j) <= 3"),
    "pooling padded": ("pooling", {"pool": "padded"}, [], {}, "sqrt(M/k) <= 3"),
    "pooling sup": ("pooling", {"pool": "mean", "norm": "sup"}, [], {}, "1 <= 3"),
    "hidden_channels": ("hidden-channels", {}, [], {}, "3 = 0"),
    "inner_tap": ("bias", {}, [], {}, "a <= t*d\nb <= u*d"),
    "residual_blocks": ("residual", {}, [], {}, "(1 + (1 + h)^2)^B - 2^B <= 8^B"),
    "residual_blocks approximated": ("residual", {"skip": "approximated", "norm": "euclid"}, [], {},
        "(sqrt(2) + h)^(2*B) - 2^B <= 8^B"),
    "convolve": ("conv-layer", {}, [("layer", {})], {"at": {"eps": "eps/(k*d)"}}, """
        0 < eps/(k*d)
        eps/(k*d) < 1
        1 <= k
        1 <= d
        1 <= e
        1 <= G
        1 <= M
        eps/(k*d)*(k*d) <= eps
        G*k*d*e*(2*delta) <= delta
        98/(eps/(k*d)*delta) <= 99/(eps*delta)
        """),
    "convolve in l2": ("conv-layer", {"norm": "euclid"} | ONE, [("layer", ONE)], {}, """
        1 <= k
        1 <= d
        1 <= e
        1 <= G
        1 <= M
        eps*sqrt(M*k*d*e) <= eps
        G*k*d*e*(2*delta) <= delta
        98/(eps*delta) <= 99/(eps*delta)
        """),
    "stack_convolutions": ("conv-network", {}, [("conv-layer", {}), ("conv-layer", ONE)], STACKED, """
        1 <= l
        0 < eps/(2*l)
        exp(l*(eps/(2*l))) - 1 <= eps
        0 < eps/(2*l)
        eps/(2*l) < 1
        0 < delta/l
        delta/l < 1
        eps/(2*l) <= eps/(2*l)
        l*(delta/l) <= delta
        99/(eps/(2*l)*(delta/l)) <= 97*l
        0 < eps/(3*l)
        eps/(3*l) < 1
        eps/(3*l) <= eps/(2*l)
        l*delta <= delta
        99/(eps/(3*l)*delta) <= 96*l
        """),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_what_a_rule_asks_for(checker, name):
    form, fields, premises, data, text = ASKED[name]
    rule, hints = getattr(checker.convolutions, name.split()[0]), checker.read_data(data)
    checker.asks_for(text, rule, made(checker, form, fields), [made(checker, *p) for p in premises], **hints)


def test_the_lower_bound_asks_for_nothing_but_parts_that_agree(checker):
    rule, premises = checker.convolutions.over_kernels, [made(checker, "volume"), made(checker, "counting")]
    assert rule(made(checker, "conv-pruning"), *premises) == []
    for changed in (
        {"entries": "2*N"}, {"bits": "2*p"}, {"closeness": "eps/2"}, {"success": "1/3"}, {"conclusion": "p >= 4*N"},
        {"conclusion": "p > 3*N"},
    ):  # fmt: skip
        checker.rejected("do not fit together", rule, made(checker, "conv-pruning", changed), *premises)
    for place, changed in ((0, {"diameter": "eps"}), (0, {"share": "eps"}), (1, {"share": "eps"}), (1, {"bits": "N"})):
        others = [made(checker, form, changed if k == place else {}) for k, form in enumerate(("volume", "counting"))]
        checker.rejected("do not fit together", rule, made(checker, "conv-pruning"), *others)


REFUSED = [
    ("kernel_norm", "convolution", {"measure": "circle"}, [], {}, "does not bound such layers so"),
    ("kernel_norm", "convolution", {"measure": "apart", "layer": "signed"}, [], {}, "does not bound such layers so"),
    ("kernel_norm", "convolution", {"norm": "sup"}, [], {}, "does not bound such layers so"),
    ("kernel_norm", "convolution", {"layer": "signed"}, [], {}, "does not bound such layers so"),
    ("kernel_norm", "convolution", {"measure": "outputs"}, [], {}, "does not bound such layers so"),
    ("residual_blocks", "residual", {"skip": "approximated"}, [], {}, "bounded in the Euclidean norm"),
    ("convolve", "conv-layer", {}, [("layer", ONE)], {}, "inputs of one sign only"),
    ("convolve", "conv-layer", {"law": ["product"]}, [("layer", {})], {}, "of one weight, and of the same law"),
    ("convolve", "conv-layer", {}, [("layer", {"inputs": "2"})], {}, "of one weight, and of the same law"),
    ("convolve", "conv-layer", {}, [("layer", {"outputs": "2"})], {}, "of one weight, and of the same law"),
    ("convolve", "conv-layer", {}, [("conv-layer", {})], {}, "premises of the forms layer first"),
    ("stack_convolutions", "conv-network", {}, [("conv-layer", ONE)] * 2, STACKED, "inputs of one sign only"),
    ("stack_convolutions", "conv-network", {}, [("conv-layer", {})], STACKED, "premises of the forms conv-layer, conv"),
    ("stack_convolutions", "conv-network", {"norm": "euclid"}, [("conv-layer", {})] * 2, STACKED, "and the norm of"),
    ("stack_convolutions", "conv-network", {"law": ["product"]}, [("conv-layer", {})] * 2, STACKED, "the law"),
    ("stack_convolutions", "conv-network", {"error": "eps/k"}, [("conv-layer", {})] * 2, STACKED, "must not depend"),
    ("stack_convolutions", "conv-network", {}, [("conv-layer", {})] * 2, STACKED | {"share": "eps/M"}, "not depend"),
    ("stack_convolutions", "conv-network", {"failure": "delta/e"}, [("conv-layer", {})] * 2, STACKED, "not depend"),
    ("stack_convolutions", "conv-network", {"depth": "d"}, [("conv-layer", {})] * 2, STACKED, "must not depend"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "form", "fields", "premises", "data", "words"), REFUSED)
def test_what_a_rule_refuses(checker, rule, form, fields, premises, data, words):
    goal, found = made(checker, form, fields), [made(checker, *p) for p in premises]
    checker.rejected(words, checker.concludes, rule, goal, found, checker.read_data(data))


def test_what_tells_layers_apart_are_variables(checker):
    premises = [made(checker, "conv-layer")] * 2
    for changed in ({"taps": "9"}, {"taps": "d"}, {"groups": "2*G"}, {"reads": "pi"}):
        goal = made(checker, "conv-network", changed)
        checker.malformed("five variables", checker.concludes, "stack_convolutions", goal, premises,
                          checker.read_data(STACKED))  # fmt: skip


def windows(sizes, kernel, strides=(1,), dilations=(1,), pads=(0, 0), mode="zeros"):
    axes = len(sizes)
    window = {"kernel": [*kernel], "strides": [*strides] * (axes // len(strides)), "mode": mode}
    return {"sizes": [*sizes], "window": window | {"dilations": [*dilations] * axes, "pads": [[*pads]] * axes}}


def at(**values):
    return {"point": {name: str(value) for name, value in values.items()}}


CIRCLE = windows([2], [2], pads=(0, 1), mode="circular")
BORDER = windows([1], [3], pads=(1, 1))
ONES = {"kernel": [[["1"]], [["1"]]], "image": ["1", "1"]}
SWAP = {"kernel": [[["1", "0"], ["0", "1"]]], "negative": [[["0", "-1"], ["-1", "0"]]], "image": ["1", "-1"]}
# the planted errors C1 to C9 with their exact counterexamples: the form, the false statement, the instance
PLANTED = {
    "C1 sqrt(M) dropped": ("convolution", {"bound": "F"}, CIRCLE | ONES | at(k=2, M=2, m=1, F="3/2")),
    "C2 k/s rounded up": ("reads", {"reads": "(k + s - 1)/s"},
        windows([4], [2], (2,), (2,), (0, 1)) | at(D=4, k=2, s=2, d=2, r=1, a=0, b=1)),
    "C2 on a circle": ("convolution", {"bound": "sqrt(3/2)*F"},
        windows([4], [2], (2,), (2,), (0, 2), "circular") | ONES | {"image": ["1", "0", "1", "0"]}
        | at(k=2, M=2, m=1, F="3/2")),
    "C3 a torus without room": ("convolution", {"measure": "circle", "bound": "F"},
        windows([2], [3], pads=(1, 1)) | {"kernel": [[["1"]], [["0"]], [["-1"]]], "image": ["1", "0"]}
        | at(k=3, M=2, m=1, F=0)),
    "C4 overlapping max pooling": ("pooling", {"factor": "199/100"},
        windows([5, 5], [3, 3], (2,)) | at(k=9, j=9, M=4)
        | {"image": ["0"] * 12 + ["1"] + ["0"] * 12, "other": ["0"] * 25}),
    "C5 a padding by ones": ("hidden-channels", {"value": "1"},
        BORDER | at() | {"channels": [["1/2", "2", "2", "2"]], "image": ["0"]}),
    "C6 a bias on all taps": ("bias", {}, BORDER | at(d=1, t=0, u=2, a=1, b=1) | {"weights": ["1/2", "0", "1/2"]}),
    "C7 a shift folded": ("bias", {"domain": "d in [1, oo), t in [0, oo), u in [0, oo)", "before": "1", "after": "1"},
        BORDER | at(d=1, t=0, u=2) | {"weights": ["1", "1", "1"]}),
    "C8 the largest value by Frobenius": ("convolution", {"norm": "sup", "bound": "F"},
        windows([2], [2]) | ONES | at(k=2, M=1, m=1, F="3/2")),
    "C9 the larger norm of two signs": ("convolution", {"layer": "signed", "measure": "apart", "bound": "F"},
        windows([1], [1]) | SWAP | at(k=1, M=1, m=1, F=1)),
}  # fmt: skip


def refutes(checker, form, fields, data):
    goal = {"form": "not", "statement": made(checker, form, fields)}
    checker.counterexample.counterexample(goal, data)


@pytest.mark.parametrize("name", PLANTED)
def test_planted_errors_are_refuted_by_their_counterexamples(checker, name):
    refutes(checker, *PLANTED[name])


# changes that make an instance show nothing any more
WEAKER = [
    ("C1 sqrt(M) dropped", {}, at(k=2, M=1, m=1, F="3/2"), "another number: reads"),
    ("C1 sqrt(M) dropped", {}, at(k=3, M=2, m=1, F="3/2"), "another number: taps"),
    ("C1 sqrt(M) dropped", {}, at(k=2, M=2, m=1, F="7/5"), "it measures more"),
    ("C1 sqrt(M) dropped", {}, at(k=2, M=2, m=1, F=2), "not larger"),
    ("C1 sqrt(M) dropped", {}, windows([2], [2], pads=(0, 0)), "not larger"),
    ("C1 sqrt(M) dropped", {"bound": "sqrt(M)*F"}, {}, "not larger"),
    ("C1 sqrt(M) dropped", {}, {"image": ["0", "0"]}, "is zero"),
    ("C1 sqrt(M) dropped", {}, {"kernel": [[["1"]]]}, "no matrix for each tap"),
    ("C2 k/s rounded up", {"reads": "(k + r - 1)/r"}, {}, "no pixel is read more often"),
    ("C2 k/s rounded up", {}, at(D=4, k=2, s=2, d=2, r=2, a=0, b=1), "the step is not"),
    ("C2 k/s rounded up", {}, windows([4], [2], (2,), (1,), (0, 1)), "not that of the statement"),
    ("C3 a torus without room", {"measure": "torus"}, {}, "it measures more"),
    ("C3 a torus without room", {}, windows([2], [3], pads=(1, 1), mode="circular") | at(k=3, M=3, m=1, F=0),
     "is not measured here"),
    ("C4 overlapping max pooling", {"factor": "2"}, {}, "they are not so far"),
    ("C4 overlapping max pooling", {}, windows([5, 5], [3, 3], (2,), (1,), (1, 1)), "another number: inside"),
    ("C4 overlapping max pooling", {}, {"image": ["0"] * 25}, "other images"),
    ("C5 a padding by ones", {"value": "0"}, {}, "the output is the one stated"),
    ("C5 a padding by ones", {}, {"channels": [["1", "2", "2", "2"]]}, "the output is the one stated"),
    ("C6 a bias on all taps", {}, {"weights": ["0", "1", "0"]}, "add their sum everywhere"),
    ("C6 a bias on all taps", {"hypotheses": ["a <= t*d", "b <= u*d"]}, {}, "a hypothesis does not hold"),
    ("C6 a bias on all taps", {}, windows([3], [3]), "not that of the statement"),
    ("C7 a shift folded", {"before": "0", "after": "0"}, {}, "not that of the statement"),
    ("C8 the largest value by Frobenius", {"measure": "outputs"}, {}, "it measures more"),
    ("C9 the larger norm of two signs", {}, {"negative": [[["0", "1"], ["1", "0"]]]}, "not larger"),  # the sign matters
    ("C9 the larger norm of two signs", {}, at(k=1, M=1, m=1, F="99/100"), "it measures more"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields", "data", "words"), WEAKER)
def test_instances_that_show_nothing(checker, name, fields, data, words):
    form, false, instance = PLANTED[name]
    checker.rejected(words, refutes, checker, form, false | fields, instance | data)


def test_residual_blocks_attain_their_bound(checker):
    point = {"point": {"B": "2", "h": "1/2"}}
    exact = "(1 + (1 + h)^2)^B - 2^B"
    refutes(checker, "residual", {"bound": f"{exact} - 1/1000"}, point)
    refutes(checker, "residual", {"bound": "(1 + h)^(2*B) - 1"}, point)
    checker.rejected("do not differ more", refutes, checker, "residual", {"bound": exact}, point)
    near = {"skip": "approximated", "norm": "euclid"}
    refutes(checker, "residual", near | {"bound": "(sqrt(2) + h)^(2*B) - 2^B - 1/1000"}, point)
    checker.rejected("do not differ more", refutes, checker, "residual", near | {"bound": "(sqrt(2) + h)^4 - 4"}, point)
    checker.rejected("a whole number", refutes, checker, "residual", {"bound": "0"}, {"point": {"B": "3/2", "h": "1"}})


def test_kernels_of_one_entry_refute_a_lower_bound(checker):
    draws = {"draws": [["-3/4", "-1/4", "1/4", "3/4"]]}
    refutes(checker, "conv-pruning", {}, {"point": {"N": "1", "eps": "1/4", "p": "2"}} | draws)
    point = {"point": {"N": "2", "eps": "1/4", "p": "2"}}
    checker.rejected("kernels of one entry", refutes, checker, "conv-pruning", {}, point | draws)


def test_norms_by_exact_elimination(checker):
    def at_most(rows, bound):
        return checker.windows.norm_at_most([list(map(Fraction, row)) for row in rows], Fraction(bound))

    assert at_most([[3, 4]], 5) and not at_most([[3, 4]], "4999/1000")
    assert at_most([[0]], 0) and not at_most([[1], [0]], 0)
    # the norm of (1 1; 0 1) is the golden ratio 1.618...
    assert at_most([[1, 1], [0, 1]], "1619/1000") and not at_most([[1, 1], [0, 1]], "1618/1000")
