"""Certificates of campaigns changed in every small way, each time sealed anew: what is accepted is true."""

import copy
import json
from fractions import Fraction as Q
from functools import cache

import pytest

from lt_proofs.campaigns.campaign import FirstPassage, Growth, NetworkPassage
from lt_proofs.campaigns.certificate import certificate_of
from lt_proofs.campaigns.from_parameters import campaign_from
from lt_proofs.campaigns.intervals import FIXED, mixture_is_out, tail_is_out
from lt_proofs.campaigns.leaves import LeafHash, leaf_of, results_of
from lt_proofs.campaigns.recorded import recorded_text
from lt_proofs.campaigns.recount import recount
from lt_proofs.campaigns.run import Design, run, until_width
from lt_proofs.campaigns.threads import on_threads
from lt_proofs.certificates.certificate import certificate_text, seal
from lt_proofs.certificates.checking import run_checker
from lt_proofs.errors import LtProofsError
from lt_proofs.laws import GADGET, UNIFORM

CHALLENGE = "0123456789abcdef"
WIDE = until_width(Q(99, 100))
SMALL = {
    "passage": (FirstPassage(7, UNIFORM, Q(1, 10), 64), 64, Design((8, 9))),
    "gadget": (FirstPassage(3, GADGET, Q(1, 5), 60, (Q(-1, 2), Q(1))), 50, Design((20,), Q(9, 10), WIDE)),
    "growth": (Growth(5, UNIFORM, Q(1, 20), 3), 60, Design()),
    "network": (NetworkPassage(5, (1, 1), Q(1), 40), 30, Design((15,))),
}


@cache
def original(name):
    if name not in SMALL:
        return recorded_text(name)
    campaign, trials, question = SMALL[name]
    return certificate_text(certificate_of(run(campaign, trials, on_threads(1), question)))


def by_bytes(text, places):
    """One character replaced, and the file sealed anew wherever it is still JSON; statement and goal kept alike."""
    for place in places:
        old = text[place]
        for fresh in {"0": "19", "9": "08", '"': "1", ",": "1", "/": "0"}.get(old, "0" if not old.isdigit() else "01"):
            changed = text[:place] + fresh + text[place + 1 :]
            try:
                content = json.loads(changed)
            except ValueError:
                yield changed
                continue
            yield from sealed(content) if isinstance(content, dict) else [changed]


def sealed(content):
    texts = [certificate_text(seal(content))]
    try:
        goal, statement = content["steps"][-1]["goal"], content["statement"]
    except (KeyError, TypeError, IndexError):
        return texts
    if goal != statement:
        texts.append(certificate_text(seal({**content, "statement": goal})))
        texts.append(certificate_text(seal({**content, "steps": [{**content["steps"][-1], "goal": statement}]})))
    return texts


def changed_fields(text):
    """Numbers of the statement nudged, by more than a character."""
    content = json.loads(text)
    statement = content["statement"]
    for key, values in {
        "trials": (statement["trials"] + 1, statement["trials"] - 1, 2 * statement["trials"], 0, True, "64"),
        "among": (0, 1, statement["among"] + 1, 10**6, 10**30),
        "level": ("1", "0", "2", "999999/1000000", "-1/2", "1/2"),
        "method": ("Clopper-Pearson", "confidence sequence", "guess", None),
        "digest": ("sha256:" + "0" * 64, "", None, statement["digest"].upper()),
        "rows": ([], statement["rows"][:1], statement["rows"][::-1], statement["rows"] * 2, [[1, 2, "0"]]),
    }.items():
        for value in values:
            yield {**statement, key: value}
    for key, value in statement["campaign"].items():
        for fresh in (nudged(value), None, "x", [], {}):
            yield {**statement, "campaign": {**statement["campaign"], key: fresh}}
    for number, row in enumerate(statement["rows"]):
        for k in range(4):
            rows = copy.deepcopy(statement["rows"])
            rows[number][k] = nudged(row[k])
            yield {**statement, "rows": rows}


def nudged(value):
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value[-1:].isdigit():
        return str(Q(value) + Q(1, 997))
    return [nudged(item) for item in value] if isinstance(value, list) else "product"


COUNTED = {}


def true(path):
    """Whether an accepted statement holds: its leaves run again by the kernels, its ends looked at by Arb."""
    content = json.loads(path.read_text())
    statement = content["statement"]
    out = tail_is_out if statement["method"] == FIXED else mixture_is_out
    error, total = (1 - Q(statement["level"])) / statement["among"], statement["trials"]
    for _, successes, low, high in statement["rows"]:
        for count, end in ((successes, Q(low)), (total - successes, 1 - Q(high))):
            if end and not out(count, total, end, error):
                return False
    counted = (statement["campaign"], total, statement["digest"], [row[:2] for row in statement["rows"]])
    key = json.dumps([*counted, content["steps"][-1]["data"]])
    if key not in COUNTED:
        try:
            COUNTED[key] = recount(path, None, CHALLENGE).false is None
        except LtProofsError:
            COUNTED[key] = False
    return COUNTED[key]


def assert_honest(name, texts, folder):
    texts = sorted(set(texts) - {original(name)})
    paths = [folder / f"{number}.json" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    statement, told = json.loads(original(name))["statement"], {}
    for path, text, examined in zip(paths, texts, run_checker(paths), strict=True):
        assert examined.state in ("accepted", "rejected", "malformed")
        if examined.accepted:
            changed = json.loads(text)["statement"]
            if changed != statement:
                key = json.dumps(changed)
                told[key] = told[key] if key in told else true(path)
                assert told[key], f"accepted, though false: {key}"
    return len(texts)


@pytest.mark.parametrize("name", SMALL)
def test_small_certificates_are_small_and_accepted(name, tmp_path):
    path = tmp_path / "c.json"
    path.write_text(original(name))
    assert len(original(name)) <= 4096
    assert run_checker([path])[0].accepted
    assert true(path)


@pytest.mark.parametrize("name", SMALL)
def test_changed_fields(name, tmp_path):
    content = json.loads(original(name))
    texts = []
    for statement in changed_fields(original(name)):
        step = {**content["steps"][0], "goal": statement}
        texts.append(certificate_text(seal({**content, "statement": statement, "steps": [step]})))
    assert assert_honest(name, texts, tmp_path) > 30


@pytest.mark.parametrize("name", ["passage", "growth"])
def test_every_fourth_byte_of_small_certificates(name, tmp_path):
    text = original(name)
    assert assert_honest(name, by_bytes(text, range(0, len(text), 4)), tmp_path) > 200


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", [*SMALL, "passage-uniform", "growth-gadget", "network-4-4-4"])
def test_every_byte_or_two_thousand_of_them(name, tmp_path):
    text = original(name)
    places = range(0, len(text), 1 if len(text) <= 4096 else -(-len(text) // 2000))
    assert assert_honest(name, by_bytes(text, places), tmp_path) > 1000


def forged(name, change):
    """The certificate with results of its leaf changed, and hash, counts and digest made to agree with them."""
    content = json.loads(original(name))
    statement = content["statement"]
    campaign = campaign_from(statement["campaign"])
    results = change(results_of(campaign.counter(), (0, statement["trials"])))
    leaf = leaf_of(0, results)
    for row in statement["rows"]:
        row[1:] = campaign.successes(dict(leaf.histogram), row[0]), "0", "1"
    header = {key: statement[key] for key in ("campaign", "trials", "level", "among", "method")}
    taken = LeafHash()
    taken.take(leaf)
    statement["digest"] = taken.digest({**header, "ns": [row[0] for row in statement["rows"]]})
    content["steps"][0] |= {"goal": statement, "data": {"leaves": [leaf.row()]}}
    return certificate_text(seal(content))


@pytest.mark.parametrize("name", ["passage", "gadget", "growth"])
def test_a_liar_who_makes_all_hashes_agree_is_caught_by_the_trials(name, tmp_path):
    def no_change(results):
        return results

    def one_more(results):
        results[len(results) // 2] += 4
        return results

    honest, lie = tmp_path / "honest.json", tmp_path / "lie.json"
    honest.write_text(forged(name, no_change))
    lie.write_text(forged(name, one_more))
    found = run_checker([honest, lie])
    assert [e.state for e in found] == ["accepted", "rejected"]
    assert "leaf 0, counted again, has other results" in found[1].report["reason"]
    assert recount(lie, None, CHALLENGE).false == 0
    assert recount(honest, None, CHALLENGE).false is None
