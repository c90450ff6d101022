"""Constants of the chain to Theorem 1 changed, each time sealed anew: nothing but the truth is accepted.

One rational at one place, or one rational wherever it stands.  What is accepted must say what the record says, to the
letter; a statement that is weaker than the record's needs its own proof, and is printed as not of record.
"""

import copy
import json
import random
from fractions import Fraction
from functools import cache, partial

import pytest

from lt_proofs.certificates.certificate import certificate, certificate_text, seal
from lt_proofs.certificates.checking import run_checker
from lt_proofs.proof.prover import proof_of
from lt_proofs.terms import number
from lt_proofs.theory.record import CLAIMS

# with how many changes are a sample
CHAIN = {"r5": 20, "r6": 16, "r4-gadget": 10, "l2": 8, "theorem-1": 8, "theorem-1-weighted": 8}
NUDGES = (
    lambda q: q + Fraction(1, 1000),
    lambda q: q - Fraction(1, 1000),
    lambda q: 2 * q,
    lambda q: q / 2,
    lambda q: -q,
    lambda _: Fraction(0),
)


def claim(name):
    return next(claim for claim in CLAIMS if claim.id == name)


@cache
def original(name):
    """The certificate of a claim, from the prover."""
    return certificate(name, proof_of(claim(name).judgement, claim(name).plan))


def rationals(data, path=()):
    """Every place of a rational in a certificate."""
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, child in children:
        yield from rationals(child, (*path, key))
    if isinstance(data, str) and path[0] not in ("digest", "format", "claim"):
        try:
            yield path, Fraction(data)
        except ValueError:
            return


def at_one_place(content, path, fresh):
    """The certificate with one rational changed; statement and last goal made to agree, either way."""
    changed = copy.deepcopy(content)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = str(fresh)
    last = changed["steps"][-1]
    yield changed
    yield {**changed, "statement": last["goal"]}
    yield {**changed, "steps": [*changed["steps"][:-1], {**last, "goal": changed["statement"]}]}


def everywhere(data, old, fresh):
    """The data with one rational exchanged for another."""
    if isinstance(data, dict):
        return {key: everywhere(child, old, fresh) for key, child in data.items()}
    if isinstance(data, list):
        return [everywhere(child, old, fresh) for child in data]
    return str(fresh) if data == str(old) else data


def changes(name):
    """Each change of a constant as the certificates that it makes: the statement's by every nudge, others by one."""
    content, rng = original(name), random.Random(name)
    places = list(rationals(content))
    for path, old in places:
        for nudge in NUDGES if path[0] == "statement" else (rng.choice(NUDGES),):
            yield partial(at_one_place, content, path, nudge(old))
    for old in sorted({old for _, old in places}):
        for nudge in NUDGES:
            yield partial(at_every_place, content, old, nudge(old))


def at_every_place(content, old, fresh):
    return [everywhere(content, old, fresh)]


def assert_refused(name, changed, folder):
    """No certificate is accepted unless it says what the record says; how many there are."""
    texts = {certificate_text(seal(content)) for change in changed for content in change()}
    texts = sorted(texts - {certificate_text(original(name))})
    paths = [folder / f"{k}.json" for k in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="ascii")
    found = run_checker(paths)
    assert {one.state for one in found} <= {"accepted", "rejected", "malformed"}
    for one, text in zip(found, texts, strict=True):
        if one.accepted:
            assert json.loads(text)["statement"] == original(name)["statement"], one.report["says"]
            assert one.report["of_record"]
    return len(texts)


@pytest.mark.parametrize(("name", "share"), CHAIN.items())
def test_a_sample_of_changed_constants(name, share, tmp_path):
    assert_refused(name, random.Random(1).sample(list(changes(name)), share), tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", CHAIN)
def test_every_changed_constant(name, tmp_path):
    assert assert_refused(name, changes(name), tmp_path) > 100


WEAKER = {
    "r5": ("bound", lambda bound: Fraction(99, 100) * bound),
    "r6": ("gain", lambda gain: Fraction(99, 100) * gain),
    "r4-gadget": ("samples", lambda samples: samples + number(1)),
    "l2": ("units", lambda units: units + number(1)),
    "theorem-1": ("units", lambda units: units + number(1)),
    "theorem-1-weighted": ("units", lambda units: units + number(1)),
}
STRONGER = {
    "r5": ("bound", lambda bound: Fraction(101, 100) * bound),
    "r6": ("gain", lambda gain: Fraction(101, 100) * gain),
    "r4-gadget": ("samples", lambda samples: Fraction(99, 100) * samples),
    "l2": ("units", lambda units: Fraction(99, 100) * units),
    "theorem-1": ("units", lambda units: Fraction(99, 100) * units),
    "theorem-1-weighted": ("units", lambda units: Fraction(99, 100) * units),
}


@pytest.mark.parametrize("name", CHAIN)
def test_a_weaker_statement_is_accepted_as_not_of_record(name, tmp_path):
    """A lower bound made smaller, or a number of samples made larger, with a proof of its own."""
    field, change = WEAKER[name]
    weaker = claim(name).judgement.replace(**{field: change(claim(name).judgement[field])})
    paths = [tmp_path / "record.json", tmp_path / "weaker.json"]
    paths[0].write_text(certificate_text(original(name)))
    paths[1].write_text(certificate_text(certificate(name, proof_of(weaker, claim(name).plan))))
    found = run_checker(paths)
    assert [one.state for one in found] == ["accepted", "accepted"]
    assert [one.report["standing"] for one in found] == ["of record", "not of record"]


@pytest.mark.parametrize("name", CHAIN)
def test_a_stronger_statement_has_no_proof_by_the_same_plan(name):
    field, change = STRONGER[name]
    stronger = claim(name).judgement.replace(**{field: change(claim(name).judgement[field])})
    assert proof_of(stronger, claim(name).plan) is None
