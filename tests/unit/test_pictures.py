"""Pictures of tickets and campaigns: their tables hold the numbers, their drawings are SVG or figures of matplotlib."""

import json
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

import lt_proofs
from lt_proofs.campaigns.campaign import FirstPassage
from lt_proofs.campaigns.run import Design, run
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.laws import UNIFORM
from lt_proofs.report.drawing import svg
from lt_proofs.report.pictures import outcome_picture, picture, plot, ticket_picture

REPORT = Path(__file__).parents[2] / "reports" / "report.json"


@pytest.fixture(scope="module")
def ticket():
    return lt_proofs.prune([[[0.5, -0.25]], [0.125]], eps=0.1)


@pytest.fixture(scope="module")
def outcome():
    return run(FirstPassage(7, UNIFORM, Fraction(1, 4), 64), 200, on_threads(1), Design((4, 8, 12)))


def test_the_table_of_a_ticket_counts_its_masks(ticket):
    assert [row[1:] for row in ticket_picture(ticket)["rows"]] == [
        [str(int(mask.sum())), str(mask.size)] for _, mask in sorted(ticket.masks.items())
    ]


def test_the_table_of_a_campaign_has_its_intervals(outcome):
    rows = outcome_picture(outcome)["rows"]
    assert [int(n) for n, _, _ in rows] == [row.n for row in outcome.rows]
    for (_, low, high), row in zip(rows, outcome.rows, strict=True):
        assert Fraction(low) <= row.low <= row.high <= Fraction(high)


def test_pictures_are_drawn_by_the_report(ticket, outcome):
    for thing in (ticket, outcome):
        assert ElementTree.fromstring(str(svg(picture(thing)))).get("role") == "img"


def test_other_things_have_no_picture():
    with pytest.raises(lt_proofs.BadInput, match="give a ticket"):
        picture("ticket")


def test_figures_of_matplotlib(ticket, outcome, tmp_path):
    pytest.importorskip("matplotlib")
    for number, thing in enumerate([ticket, outcome, *json.loads(REPORT.read_text("ascii"))["figures"]]):
        drawn = plot(thing)
        axes = drawn.axes[0]
        assert axes.get_title()
        assert axes.lines or axes.patches or axes.collections or axes.containers
        drawn.savefig(tmp_path / f"{number}.png")


def test_without_matplotlib_the_remedy_is_named(ticket, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(lt_proofs.BadInput, match="plots"):
        plot(ticket)
