"""Every kind of evidence earns its place in the checker: a certificate of a claim or an inequality here needs it."""

import json
from pathlib import Path

import pytest

from lt_proofs.proof.inequality import evidence_of
from lt_proofs.terms import Judgement, parse_domain, parse_relation

CERTIFICATES = Path(__file__).resolve().parents[2] / "reports" / "certificates"
# the error of a polynomial near a function, where derivatives change their signs many times
REMEZ = "5009597/2^26 + x*(-3452481/2^36 + x*10948483/2^24) - cos(3/2*cos(x)) <= 57/2^10*cos(3/2*cos(x))"
# the kinds that the claims of record do without, each with an inequality for which the prover finds no other proof:
# hypotheses that are not linear, the inside of a half line, symmetric variables, waves on the whole line, limits
NEEDED = {
    "abstract": ("atan(x) <= pi/2", "x in (-oo, oo)", ()),
    "change": ("log(1 + exp(x)) >= x", "x in [0, oo)", ()),
    "taylor": (REMEZ, "x in [-1, 1/2]", ()),
    "touch": ("sin(1/(x - 1)) - 2*sin(1/x) + sin(1/(x + 1)) > 0", "x in (3/2, oo)", ()),
    "concave": ("sin(x) >= 2*x/pi", "x in [0, pi/2]", ()),
    "either": ("abs(x + y) <= abs(x) + abs(y)", "x in (-oo, oo), y in (-oo, oo)", ()),
    "empty": ("x <= 3/2", "x in [0, 2]", ("exp(x) <= 3",)),
    "inside": ("x*y <= x^3/3 + 2*y*sqrt(y)/3", "x in [0, oo), y in [0, oo)", ()),
    "invert": ("x*atan(1/x) <= 1", "x in (0, oo)", ()),
    "order": ("(x + y + z)*(1/x + 1/y + 1/z) >= 9", "x in (0, oo), y in (0, oo), z in (0, oo)", ()),
    "period": ("cos(sin(x)) > sin(cos(x))", "x in (-oo, oo)", ()),
}


def heads(evidence):
    """The first words of all lists in a tree of evidence."""
    if isinstance(evidence, list):
        return set().union(*map(heads, evidence), evidence[:1] if evidence and isinstance(evidence[0], str) else ())
    return set()


@pytest.mark.parametrize("node", NEEDED)
def test_an_inequality_needs_it(node):
    relation, where, given = NEEDED[node]
    goal = Judgement.of("inequality", domain=parse_domain(where), hypotheses=tuple(map(parse_relation, given)),
                        conclusion=parse_relation(relation))  # fmt: skip
    assert node in heads(evidence_of(goal)["evidence"])


def test_the_claims_need_the_others(checker):
    used = set()
    for path in CERTIFICATES.glob("*.json"):
        for step in json.loads(path.read_text("utf-8"))["steps"]:
            used |= heads(step["data"].get("evidence"))
    assert set(checker.nodes.NODES) <= used | set(NEEDED)
