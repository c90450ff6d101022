"""Certificates changed in every small way, each time sealed anew: none is accepted for a statement that is false."""

import copy
import itertools
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lt_proofs.certificates.certificate import certificate_text, seal
from lt_proofs.certificates.checking import run_checker
from lt_proofs.errors import LtProofsError
from lt_proofs.proof.counterexample import counterexample
from lt_proofs.proof.decide import decide
from lt_proofs.proof.decision import Problem
from lt_proofs.proof.evaluate import NotExact
from lt_proofs.proof.falsify import falsify
from lt_proofs.proof.prove import prove
from lt_proofs.terms import Judgement, decode
from lt_proofs.theory.record import CLAIMS

Data = dict[str, Any]

PROVED = {
    "log": ("log(1+x) <= x", "x in (-1, oo)"),
    "product": ("v*(1-v) <= 1/4", "v in [0, 1]"),
    "sine": ("sin(x) < x", "x in (0, oo)"),
    "triangle": ("abs(x + y) <= abs(x) + abs(y)", "x in [-1, 1], y in [-1, 1]"),
    "identity": ("exp(2*x) = exp(x)^2", "x in [0, 1]"),
    "pinsker": ("p*log(p/q) + (1-p)*log((1-p)/(1-q)) >= 2*(p-q)^2", "p in [1/10, 9/10], q in [1/10, 9/10]"),
    "nesbitt": ("x/(y+z) + y/(z+x) + z/(x+y) >= 3/2", "x in [1/10, 10], y in [1/10, 10], z in [1/10, 10]"),
    "refuted": ("v*(1-v) < 1/4", "v in [0, 1]"),
}
OF_RECORD = tuple(claim.id for claim in CLAIMS)
QUICK = ("r1", "product", "log", "refuted")
OTHER = {"<=": "<", "<": "<=", ">=": ">", ">": ">=", "=": "<=", "(": "[", "[": "(", ")": "]", "]": ")"}
WORDS = {"sin": "cos", "cos": "sin", "exp": "log", "log": "exp", "rise": "fall", "fall": "rise", "+": "-", "*": "/"}


@cache
def original(name: str) -> str:
    """The text of a certificate that is accepted."""
    if name in OF_RECORD:
        claim = next(claim for claim in CLAIMS if claim.id == name)
        (decision,) = decide([Problem(claim.id, claim.judgement, claim.plan)])
        return certificate_text(decision.envelope or {})
    text = prove(*PROVED[name], budget=60).certificate
    assert text is not None
    return text


def sealed(content: Data) -> list[str]:
    """The content sealed anew; and again with statement and last goal made to agree, either way."""
    texts = [certificate_text(seal(content))]
    steps = content.get("steps")
    if isinstance(steps, list) and steps and isinstance(steps[-1], dict) and "goal" in steps[-1]:
        goal, statement = steps[-1]["goal"], content.get("statement")
        if goal != statement:
            texts.append(certificate_text(seal({**content, "statement": goal})))
            texts.append(certificate_text(seal({**content, "steps": [*steps[:-1], {**steps[-1], "goal": statement}]})))
    return texts


def by_bytes(text: str, places: range) -> Iterator[str]:
    """One character replaced, and the file sealed anew wherever it is still JSON."""
    for place in places:
        old = text[place]
        fresh = {"<": ">", ">": "<", "[": "(", "(": "[", "]": ")", ")": "]", "-": "1", "/": "0"}.get(old, "")
        fresh = fresh or (chr(ord(old) + 1) if old not in "9z" else "0")
        changed = text[:place] + fresh + text[place + 1 :]
        try:
            content = json.loads(changed)
        except ValueError:
            yield changed
            continue
        yield from sealed(content) if isinstance(content, dict) else [changed]


def places_in(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place of a JSON tree."""
    yield path, data
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, child in children:
        yield from places_in(child, (*path, key))


def replacements(value: Any) -> list[Any]:
    """What a value of a certificate could be mistaken for."""
    if type(value) is int:
        return [value + 1, value - 1, -value, value == 1]
    if isinstance(value, str) and value in OTHER | WORDS:
        flipped = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}.get(value)
        return [(OTHER | WORDS)[value], *([flipped] if flipped else [])]
    try:
        number = Fraction(value) if isinstance(value, str) else None
    except ValueError:
        return ["x", "0"]
    if number is not None:
        return [str(number + Fraction(1, 1000)), str(number - Fraction(1, 1000)), str(-number), "0", "pi"]
    if isinstance(value, list):
        return [value[:k] + value[k + 1 :] for k in range(len(value))] + [value[::-1], None, ["given"], ["zero"]]
    return [["interval", 64]] if value is None else []


def by_structure(text: str) -> Iterator[str]:
    """Numbers nudged, relations flipped, parts dropped, swapped or lent from elsewhere; steps likewise."""
    content = json.loads(text)
    for path, value in places_in(content):
        if path and path[0] != "digest":
            for fresh in replacements(value):
                changed = copy.deepcopy(content)
                place: Any = changed
                for key in path[:-1]:
                    place = place[key]
                place[path[-1]] = fresh
                yield from sealed(changed)
    yield from by_steps(content)


def by_steps(content: Data) -> Iterator[str]:
    """Steps dropped, doubled, swapped; goals, data, rules and sources lent from another step."""
    steps = content["steps"]
    for k in range(len(steps)):
        for rows in (steps[:k] + steps[k + 1 :], steps[: k + 1] + steps[k:], [*steps, steps[k]]):
            yield from sealed({**content, "steps": rows})
    for j, k in itertools.permutations(range(len(steps)), 2):
        swapped = list(steps)
        swapped[j], swapped[k] = steps[k], steps[j]
        yield from sealed({**content, "steps": swapped})
        for key in ("goal", "data", "rule", "from"):
            lent = list(steps)
            lent[j] = {**steps[j], key: steps[k][key]}
            yield from sealed({**content, "steps": lent})


def assert_honest(name: str, texts: list[str], folder: Path) -> int:
    """No changed file is accepted, but for the same statement or another true one; how many were tried."""
    texts = sorted(set(texts) - {original(name)})
    paths = [folder / f"{number}.json" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    statement, told = json.loads(original(name))["statement"], {}
    for text, examined in zip(texts, run_checker(paths), strict=True):
        assert examined.state in ("accepted", "rejected", "malformed")
        if examined.accepted:
            changed = json.loads(text)["statement"]
            key = json.dumps(changed)
            if changed != statement and key not in told:
                told[key] = true_as_far_as_known(changed)
            assert told.get(key, True), f"accepted, though false: {key}"
    return len(texts)


def true_as_far_as_known(statement: Data) -> bool:
    """Whether exact search finds nothing against a statement (something, if it says `not`)."""
    if statement["form"] == "not":
        return found_false(statement["statement"])
    return not found_false(statement)


def found_false(statement: Data) -> bool:
    judgement = decode(statement)
    for search in (by_random_instances, counterexample) if judgement.form == "inequality" else (by_random_instances,):
        try:
            if search(judgement) is not None:
                return True
        except (LtProofsError, NotExact):
            continue
    return False


def by_random_instances(judgement: Judgement) -> Any:
    return falsify(judgement, 300).instance


@pytest.mark.parametrize("name", QUICK)
def test_structural_changes_of_small_certificates(name: str, tmp_path: Path) -> None:
    texts = list(by_structure(original(name)))
    assert assert_honest(name, texts[:: max(1, len(texts) // 150)], tmp_path) > 50


@pytest.mark.parametrize("name", ("r1", "product"))
def test_every_third_byte_of_small_certificates(name: str, tmp_path: Path) -> None:
    text = original(name)
    assert assert_honest(name, list(by_bytes(text, range(0, len(text), 3))), tmp_path) > 100


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", (*OF_RECORD, *PROVED))
def test_every_structural_change_or_two_thousand_of_them(name: str, tmp_path: Path) -> None:
    texts = list(by_structure(original(name)))
    assert assert_honest(name, texts[:: max(1, len(texts) // 2000)], tmp_path) > 100


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", (*OF_RECORD, *PROVED))
def test_every_byte_or_two_thousand_of_them(name: str, tmp_path: Path) -> None:
    text = original(name)
    step = 1 if len(text) <= 4096 else -(-len(text) // 2000)
    assert assert_honest(name, list(by_bytes(text, range(0, len(text), step))), tmp_path) > 100
