"""The checker's rules of the lower bound: what each asks for, what must agree, and whose words W and x are."""

import pytest

DOMAIN = "d [1 oo) eps (0 1) h [0 oo)"
BITS = "2*d*h"
BOUND = "d*(1 - eps)"
LEAST = "(1 - eps)/2"


@pytest.fixture
def judge(checker):
    """A judgement of a form from the texts of its fields."""

    def ranges(text):
        words = text.split()
        for name, low, high in zip(words[::3], words[1::3], words[2::3], strict=True):
            ends = [None if end.endswith("oo") else checker.read_term(end) for end in (low[1:], high[:-1])]
            yield (name, low[0], *ends, high[-1])

    def judge(form, domain=DOMAIN, **fields):
        relations = {"conclusion"} & set(fields)
        read = {k: (checker.read_relation if k in relations else checker.read_term)(v) for k, v in fields.items()}
        return {"form": form, "domain": tuple(ranges(domain)), **read}

    return judge


@pytest.fixture
def asked(judge):
    """The inequality of a text on a domain."""
    return lambda text, domain=DOMAIN: judge("inequality", domain, conclusion=text) | {"hypotheses": ()}


@pytest.fixture
def taken(checker):
    """Whether a rule takes a goal from premises; False where it rejects them."""

    def taken(rule, goal, premises):
        try:
            checker.concludes(rule, goal, premises)
        except checker.errors.Rejected:
            return False
        return True

    return taken


OBLIGED = [
    (
        "volume_packing",
        "packing",
        {"dimension": "d^2", "separation": "eps", "count": "3"},
        "0 < eps",
        "3*eps^(d^2) <= 1",
    ),
    ("triangle", "diameter", {"closeness": "eps", "diameter": "3*eps"}, "2*eps <= 3*eps"),
    ("brunn_minkowski", "volume", {"dimension": "d", "diameter": "eps", "share": "h"}, "0 < eps", "(eps/2)^d <= h"),
    (
        "average",
        "counting",
        {"share": "eps", "bits": BITS, "success": "1/2", "bound": "d"},
        "0 < eps",
        "2^d*eps <= 1/2",
    ),
    (
        "masks_of_units",
        "units",
        {"size": "d", "hidden": "h", "bits": BITS},
        "h*log((2^d - 1)^2 + 1)/log(2) <= 2*d*h",
    ),
    (
        "sign_columns",
        "columns",
        {"size": "d", "hidden": "h", "bits": BITS},
        "h*log((2^(d/2) - 1)*(2^d - 1) + 1)/log(2) <= 2*d*h",
    ),
]


@pytest.mark.parametrize(("rule", "form", "fields", "conclusions"), [(*row[:3], row[3:]) for row in OBLIGED])
def test_what_each_rule_asks_for(checker, judge, asked, taken, rule, form, fields, conclusions):
    goal, premises = judge(form, **fields), [asked(text) for text in conclusions]
    assert taken(rule, goal, premises)
    assert not taken(rule, goal, premises[1:])
    assert not taken(rule, goal, [*premises, premises[0]])
    assert not taken(rule, goal, [premises[0] | {"hypotheses": (checker.read_relation("d < 3"),)}, *premises[1:]])
    for k, text in enumerate(conclusions):
        weaker = asked(text.replace("<=", "<") if "<=" in text else text.replace("<", "<="))
        assert not taken(rule, goal, [*premises[:k], weaker, *premises[k + 1 :]])
        assert not taken(rule, goal, [*premises[:k], asked(text, "d [1 oo) eps (0 1/2) h [0 oo)"), *premises[k + 1 :]])
    for name in checker.syntax.TABLE["forms"][form].get("reserves", ""):
        with pytest.raises(checker.errors.Malformed, match=r"use .* themselves"):
            taken(rule, judge(form, f"{DOMAIN} {name} [0 1]", **fields), premises)
    with pytest.raises(checker.errors.Malformed, match="no range is given for h"):
        taken(
            rule, judge(form, "d [1 oo) eps (0 1)", **(fields | {"bits": "h", "diameter": "h", "count": "h"})), premises
        )


SIZED = {"size": "d", "closeness": "eps", "success": "1/2"}
NEAR = ("diameter", {"closeness": "eps", "diameter": "2*eps"})
VOLUME = ("volume", {"dimension": "d^2", "diameter": "2*eps", "share": "eps^(d^2)"})
PACKING = ("packing", {"dimension": "d^2", "separation": "2*eps", "count": "1/(2*eps)^(d^2)"})
COUNTING = ("counting", {"share": "eps^(d^2)", "bits": BITS, "success": "1/2", "bound": BOUND})
PACKED = ("counting", COUNTING[1] | {"share": "1/(1/(2*eps)^(d^2))"})
UNITS = ("units", {"size": "d", "hidden": "h", "bits": BITS})
COLUMNS = ("columns", UNITS[1])
PRUNING = ("pruning", SIZED | {"bits": BITS, "conclusion": f"{BITS} >= {BOUND}"})
NETWORK = ("two-layer", SIZED | {"hidden": "h", "conclusion": f"{BITS} >= {BOUND}"})
SHARED = "2^(3/4*(d*(d - 1)))*eps^(d^2) <= eps^(d^2)"
COMPOSED = [
    ("over_ball", PRUNING, (NEAR, VOLUME, COUNTING), ()),
    ("over_packing", PRUNING, (NEAR, PACKING, PACKED), ()),
    ("by_units", NETWORK, (UNITS, PRUNING), ()),
    ("by_columns", NETWORK, (COLUMNS, COUNTING), (SHARED,)),
]


@pytest.mark.parametrize(("rule", "goal", "parts", "conclusions"), COMPOSED)
def test_the_parts_of_a_theorem_must_agree(judge, asked, taken, rule, goal, parts, conclusions):
    """Each field of the goal and of each premise, changed alone, makes them disagree."""
    (form, fields), last = goal, [asked(text) for text in conclusions]
    premises = [judge(kind, **values) for kind, values in parts]
    assert taken(rule, judge(form, **fields), premises + last)
    for k, (kind, values) in enumerate(parts):
        for field, text in values.items():
            other = judge(kind, **(values | {field: f"{BITS} > {BOUND}" if field == "conclusion" else f"{text} + 1"}))
            assert not taken(rule, judge(form, **fields), [*premises[:k], other, *premises[k + 1 :], *last])
        for domain in ("d [1 oo) eps (0 1) h [1 oo)", "d [1 oo) eps (0 2) h [0 oo)", "d [1 oo) eps (0 1) h (0 oo)"):
            other = judge(kind, domain, **values)
            assert not taken(rule, judge(form, **fields), [*premises[:k], other, *premises[k + 1 :], *last])
    for field, text in fields.items():
        other = judge(form, **(fields | {field: f"{BITS} > {BOUND}" if field == "conclusion" else f"{text} + 1"}))
        assert not taken(rule, other, premises + last)
    assert not taken(rule, judge(form, **fields), [*premises[::-1], *last])
    assert not taken(rule, judge(form, **fields), [*premises, *last, asked("0 < 1")])
    assert not taken(rule, judge(form, **fields), premises[:1])


REST = "d [1 oo) eps (0 1) s [0 1)"
SHORT = f"2*d*(s*({LEAST})) < {BOUND}"
WIDTHS = [
    (True, {}),
    (True, {"domain": "d [1 oo) eps (0 1) h [1/2 oo)"}),
    (True, {"domain": "h [0 oo) d [1 oo) eps (0 1)"}),
    (True, {"domain": "d [1 oo) h (0 oo) eps (0 1)"}),
    (True, {"domain": "d [1 oo) eps (0 1) h (0 1]"}),
    (True, {"domain": "d [-1 oo) eps (0 1) h [0 oo)", "rest": "d [-1 oo) eps (0 1) s [0 1)"}),
    (False, {"domain": "d [1 oo) eps (0 1) h [-1 oo)"}),
    (False, {"domain": "d [1 oo) eps (0 1) h [-1/2 oo)"}),
    (False, {"domain": "d [1 oo) eps (0 1) h (-oo oo)"}),
    (False, {"domain": "d [1 oo) eps (0 1) h [log(1) oo)"}),
    (False, {"rest": "d [1 oo) eps (0 1) s [0 1]"}),
    (False, {"rest": "d [1 oo) eps (0 1) s (0 1)"}),
    (False, {"rest": "d [1 oo) eps (0 1) s [0 2)"}),
    (False, {"rest": "d [1 oo) eps (0 1) s [-1 1)"}),
    (False, {"rest": "d [1 oo) eps (0 1) h [0 oo) s [0 1)"}),
    (False, {"rest": "eps (0 1) s [0 1)"}),
    (False, {"short": SHORT.replace("<", "<=")}),
    (False, {"short": SHORT.replace("s*", "")}),
    (False, {"conclusion": f"h > {LEAST}"}),
    (False, {"conclusion": f"h <= {LEAST}"}),
    (False, {"conclusion": f"h = {LEAST}"}),
    (False, {"conclusion": f"d >= {LEAST}"}),
    (False, {"conclusion": f"1 + h >= {LEAST}"}),
    (False, {"conclusion": f"h >= h*{LEAST}", "short": f"2*d*(s*(h*{LEAST})) < {BOUND}"}),
    (False, {"conclusion": "h >= (2 - eps)/2"}),
    (False, {"known": f"{BITS} > {BOUND}"}),
    (False, {"known": f"{BITS} <= {BOUND}"}),
    (False, {"known": f"1 + {BITS} >= {BOUND}"}),
    (False, {"known": f"d*(2*h) >= {BOUND}"}),
    (False, {"known": f"-{BITS} >= {BOUND}"}),
    (False, {"known": f"{BITS} >= h*(1 - eps)", "short": f"2*d*(s*({LEAST})) < h*(1 - eps)"}),
    (False, {"form": "counting"}),
    (False, {"premises": 1}),
    (False, {"premises": 0}),
    *((False, {field: f"{text} + 1"}) for field, text in (SIZED | {"bits": BITS}).items()),
]


@pytest.mark.parametrize(("takes", "changes"), WIDTHS)
def test_a_width_from_its_bits(judge, asked, taken, takes, changes):
    """h >= W follows where 2 d s W < B for all s in [0, 1), whatever h is in the other terms."""
    domain, fields = changes.get("domain", DOMAIN), {**SIZED, "bits": BITS}
    known = judge("pruning", domain, **fields, conclusion=changes.get("known", f"{BITS} >= {BOUND}"))
    premises = [
        known | {"form": changes.get("form", "pruning")},
        asked(changes.get("short", SHORT), changes.get("rest", REST)),
    ]
    fields |= {name: text for name, text in changes.items() if name in fields}
    goal = judge("pruning", domain, **fields, conclusion=changes.get("conclusion", f"h >= {LEAST}"))
    assert taken("least_value", goal, premises[: changes.get("premises", 2)]) is takes


def test_a_width_that_is_called_s_and_a_bound_without_a_range(checker, judge, asked, taken):
    domain, rest = "d [1 oo) eps (0 1) s [0 oo)", "d [1 oo) eps (0 1) s [0 1)"
    known = judge("pruning", domain, **SIZED, bits="2*d*s", conclusion=f"2*d*s >= {BOUND}")
    goal = judge("pruning", domain, **SIZED, bits="2*d*s", conclusion=f"s >= {LEAST}")
    assert taken("least_value", goal, [known, asked(SHORT, rest)])
    wide = "d [1 oo) eps (0 1) h [0 oo) s [0 1)"
    goal, other = (
        judge("pruning", wide, **SIZED, bits=BITS, conclusion=c) for c in (f"h >= {LEAST}", f"{BITS} >= {BOUND}")
    )
    with pytest.raises(checker.errors.Malformed, match="a variable that the rule needs for itself"):
        taken("least_value", goal, [other, asked(SHORT, rest)])
    goal = judge("pruning", domain, **SIZED, bits="2*d*s", conclusion="s >= y")
    with pytest.raises(checker.errors.Malformed, match="no range is given for y in the conclusion"):
        taken("least_value", goal, [known, asked(SHORT, rest)])


def test_a_variable_is_told_by_its_name_and_not_by_its_place(judge, asked, taken):
    """Names in every order, so that neither an order of strings nor one object for each name would do."""
    for name in ("a", "h", "z", "width"):
        domain, bits = f"d [1 oo) {name} [0 oo) eps (0 1)", f"2*d*{name}"
        known = judge("pruning", domain, **SIZED, bits=bits, conclusion=f"{bits} >= {BOUND}")
        goal = judge("pruning", domain, **SIZED, bits=bits, conclusion=f"{name} >= {LEAST}")
        assert taken("least_value", goal, [known, asked(SHORT, "d [1 oo) eps (0 1) s [0 1)")])
