"""Numbers of samples and widths: the closed forms of the record, held against the formulas worked out apart."""

import json
from fractions import Fraction
from math import ceil, log, sqrt

import pytest

from lt_proofs.bounds.closed_form import certain_units, closed_form, layer_widths, weighted_form
from lt_proofs.bounds.gap import gap
from lt_proofs.bounds.savings import savings
from lt_proofs.errors import BadInput


@pytest.mark.parametrize(("law", "samples"), [("uniform", 56), ("product", 120), ("gadget", 247)])
def test_closed_forms_of_the_theorem(law, samples):
    assert closed_form(law, "0.01", "0.01").value == samples


WEIGHTS = {
    "uniform": [((1, 3, 3, 1), 9 / 32), ((2, 5, 7, 7, 5, 2), 0.289)],
    "product": [((1, 1, 2, 5, 12, 18, 18, 12, 5, 2, 1, 1), 0.187)],
    "gadget": [((1, 1, 2, 5, 12, 18, 18, 12, 5, 2, 1, 1), 0.187 / 2)],
}


@pytest.mark.parametrize("eps", ["0.3", "0.01", "1e-6"])
@pytest.mark.parametrize("law", WEIGHTS)
def test_weighted_forms(law, eps):
    def samples(weights, share):
        scale = 2 * (2 * sum(weights) / len(weights)) ** 2 / (weights[len(weights) // 2] * min(weights))
        return ceil(log(scale / (float(eps) ** 2 * 0.01)) / -log(1 - share))

    assert weighted_form(law, eps, "0.01").value == min(samples(*row) for row in WEIGHTS[law])


@pytest.mark.parametrize(
    ("law", "eps", "window"),
    [
        ("uniform:1/2", "0.1", ("-1", "1")),
        ("normal:1", "0.1", ("-1", "1")),
        ("uniform", "0.1", ("-2", "2")),
        ("uniform", "1", ("-1", "1")),
        ("gadget", "1/3", ("-1", "1")),
    ],
)
def test_where_no_weighted_claim_speaks(law, eps, window):
    assert weighted_form(law, eps, "0.01", window) is None


def test_the_best_of_the_weighted_claims_in_force():
    assert weighted_form("uniform", "0.7", "0.01").claim == "r4-weighted"
    assert weighted_form("uniform", "0.1", "0.01").claim == "r4-tapered"
    assert weighted_form("product", "0.1", "0.01", ("-1/2", "1/3")) == weighted_form("product", "0.1", "0.01")


@pytest.mark.parametrize("eps", ["0.01", "0.9"])
def test_savings_of_weighted_coverage(eps):
    units = savings((784, 500, 10), eps, "0.01")[4].units
    for n, (d, e) in zip(units, [(784, 500), (500, 10)], strict=True):
        entrywise = log(1 + min(float(eps), 1 / 3)) / 2 / sqrt(d * e)
        assert n == ceil(log(169 / 9 / (entrywise**2 * 0.01 / (4 * d * e))) / -log(1 - 0.187 / 2))


@pytest.mark.parametrize("eps", ["1/3", "0.1", "0.003"])
@pytest.mark.parametrize("window", [("-1", "1"), ("-2", "2"), ("0", "1/2"), ("-1/8", "1/16"), ("-7", "3")])
@pytest.mark.parametrize(("law", "radius"), [("uniform", 1.0), ("uniform:1/4", 0.25), ("uniform:3", 3.0)])
def test_uniform_laws_on_windows(law, radius, window, eps):
    length = 2 * max(abs(float(Fraction(end))) for end in window)
    ratio = radius / length
    kappa = ratio if ratio <= 0.5 else 0.5 if ratio <= 1 else 1 / (2 * ratio)
    share = float(Fraction(eps)) / length
    if share >= 1:
        with pytest.raises(BadInput, match="eps"):
            closed_form(law, eps, "0.01", window)
        return
    samples = log(2 / (share**2 * 0.01)) / -log(1 - kappa / 2)
    assert closed_form(law, eps, "0.01", window).value == ceil(samples)


@pytest.mark.parametrize(("law", "factor"), [("product", 2), ("gadget", 4)])
def test_products_on_windows(law, factor):
    samples = log(2 / ((0.01 / 6) ** 2 * 0.01)) / -log(1 - 1 / (2 * factor * 6))
    assert closed_form(law, "0.01", "0.01", ("-3", "2")).value == ceil(samples)
    assert closed_form(law, "0.01", "0.01", ("-1/2", "1/3")) == closed_form(law, "0.01", "0.01")


def test_layers_of_theorem_1():
    layers = layer_widths((784, 500, 10), "0.01", "0.01")
    assert [(x.n, x.hidden) for x in layers] == [(462, 362208), (366, 183000)]
    for layer, (d, e) in zip(layers, [(784, 500), (500, 10)], strict=True):
        signs = 2 if d == 784 else 1  # behind a ReLU inputs have one
        eps_i, delta_i = log(1.01) / (2 * sqrt(d * e)), 0.01 / (2 * signs * d * e)
        assert layer.n == ceil(log(169 / 9 / (eps_i**2 * delta_i)) / -log(1813 / 2000))


def test_units_that_solve_every_weight_for_certain():
    found = certain_units(2 * 397_000, "0.01", "0.01")
    slack, chance = Fraction(found.value, 1 << 23), Fraction(1, 100 * 2 * 397_000)
    assert found.claim == "dyadic-ticket-weighted"
    assert weighted_form("gadget", Fraction(1, 100) - slack, chance).value <= found.value
    assert weighted_form("gadget", "0.01", chance).value >= found.value - 1
    assert certain_units(10, "0.9") == certain_units(10, "0.5")  # of no more than 1/3 the weighted form speaks
    with pytest.raises(BadInput, match="too small"):
        certain_units(10, Fraction(1, 1 << 20))


def test_the_gap_is_the_ratio_of_widths():
    found = gap(100, "0.01")
    assert found.ratio == Fraction(found.upper, found.lower) > 1
    assert gap(3, "0.6").ratio is None


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--eps", "0", "--delta", "0.1"], "eps"),
        (["--eps", "0.1", "--delta", "1"], "delta"),
        (["--eps", "2", "--delta", "0.1"], "eps"),
        (["--eps", "1e-400", "--delta", "0.1"], "eps"),
        (["--eps", "0.1", "--delta", "0.1", "--law", "normal"], "law"),
        (["--eps", "0.1", "--delta", "0.1", "--law", "uniform:"], "law"),
        (["--eps", "0.1", "--delta", "0.1", "--law", "uniform:0"], "law"),
        (["--eps", "0.1", "--delta", "0.1", "--window", "1,0"], "window"),
        (["--eps", "0.1", "--delta", "0.1", "--window", "1"], "window"),
        (["--eps", "0.1", "--delta", "0.1", "--widths", "3"], "widths"),
        (["--eps", "0.1", "--delta", "0.1", "--widths", "3,x"], "widths"),
        (["--eps", "0.1", "--delta", "0.1", "--widths", "3,0"], "widths"),
        (["--eps", "0.1", "--delta", "0.1", "--dim", "0"], "dim"),
    ],
)
def test_bad_input_is_one_line_that_names_the_argument(arguments, named, capfd):
    from lt_proofs.cli import run

    assert run(["bound", *arguments]) == 3
    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1 and named in err


def test_the_command_prints_what_the_functions_say(monkeypatch, capfd):
    from lt_proofs.cli import run

    def none(*_):
        raise BadInput("law", "gadget", "this test needs no chain")

    monkeypatch.setattr("lt_proofs.bounds.certified.certified", none)
    arguments = ["bound", "--eps", "0.01", "--delta", "0.01", "--law", "gadget", "--widths", "784,500,10", "--json"]
    assert run(arguments) == 0
    facts = json.loads(capfd.readouterr().out)
    assert facts["n"]["closed_form"] == 247
    assert (facts["n"]["weighted"], facts["claims"]["weighted"]) == (171, "r4-weighted-gadget")
    assert [saving["n"] for saving in facts["savings"][4:]] == [[462, 373], [462, 366]] and facts["chain"] is None
    assert [layer["n"] for layer in facts["layers"]] == [462, 366]
    assert facts["lower"]["information"] == 7


def test_a_law_from_a_file(tmp_path, capfd):
    from lt_proofs.cli import run

    law = tmp_path / "law.json"
    law.write_text('{"density": "exp(-z)/2"}')
    assert run(["bound", "--eps", "0.2", "--delta", "0.2", "--law", str(law), "--json"]) == 0
    facts = json.loads(capfd.readouterr().out)
    assert 0 < facts["n"]["certified"] <= facts["n"]["closed_form"]
    law.write_text('{"mixture": []}')
    assert run(["bound", "--eps", "0.2", "--delta", "0.2", "--law", str(law)]) == 3
    assert "--law" in capfd.readouterr().err


@pytest.mark.parametrize(("eps", "delta"), [("1/100000000000000", "0.1"), ("0.1", "9e-13")])
def test_without_a_chain_the_closed_form_is_given(eps, delta, tmp_path, capfd):
    from lt_proofs.cli import run

    arguments = ["bound", "--eps", eps, "--delta", delta, "--json"]
    assert run(arguments) == 0
    out, err = capfd.readouterr()
    facts = json.loads(out)
    assert facts["n"]["certified"] is None and facts["n"]["closed_form"] > 100 and "no certified chain" in err
    assert run([*arguments, "--certificate", str(tmp_path / "c.json")]) == 3
    assert not (tmp_path / "c.json").exists()
