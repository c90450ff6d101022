"""Attacks from outside: files forged by hand and given to the checker as a stranger would, and the commands of users.

Nothing here looks into the program: certificates are edited as JSON and sealed anew, tickets and campaigns are made by
the commands and then changed together with everything that commits to them, and what a ticket is said to compute is
computed again in fractions.
"""

import copy
import hashlib
import json
import os
import re
import resource
import shutil
import struct
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import lt_proofs
from lt_proofs.certificates.checking import CHECKER

CORPUS = Path(__file__).parents[1] / "corpus" / "accept"
X = ["x", "[", "0", "1", "]"]
ENCLOSURE = ["interval", 64]


def canonical(data):
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def sealed(certificate):
    """The bytes of a certificate, whatever it says, with the digest that belongs to it."""
    body = {key: value for key, value in certificate.items() if key != "digest"}
    return canonical({**body, "digest": "sha256:" + sha(canonical(body))}) + "\n"


@pytest.fixture
def checked(finish, tmp_path):
    """Run the checker alone on a certificate; it says one word, and never shows a traceback."""

    def checked(certificate, *options, path=None):
        path = path or tmp_path / "forged.json"
        path.write_text(sealed(certificate))
        done = finish([sys.executable, "-I", "-S", CHECKER, *options, path])
        assert "Traceback" not in done.stderr, done.stderr
        verdict = {0: "accepted", 1: "rejected", 3: "malformed"}[done.returncode]
        assert not done.stdout or done.stdout.startswith(verdict), done.stdout
        return verdict, done.stdout + done.stderr

    return checked


@pytest.fixture
def lt(finish):
    """Run a command of the program; a user sees no traceback, whatever was typed."""

    def lt(*arguments, **options):
        done = finish([sys.executable, "-m", "lt_proofs", *arguments], **options)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return lt


def inequality(conclusion, domain=(X,), evidence=ENCLOSURE, hypotheses=(), claim="x", **more):
    goal = {"conclusion": conclusion, "domain": list(domain), "form": "inequality", "hypotheses": list(hypotheses)}
    step = {"data": {"evidence": evidence, **more}, "from": [], "goal": goal, "rule": "tree"}
    return {"claim": claim, "format": "lt_proofs certificate 2", "statement": goal, "steps": [step]}


def test_the_forger_can_seal(checked):
    """The attacks below fail for what they say, not for their form: a true statement in the same form is accepted."""
    verdict, said = checked(inequality(["<=", "0", "x"]))
    assert verdict == "accepted"
    assert "For all x in [0, 1]: both sides are defined and 0 <= x." in said


ILL_FORMED = {
    "a range that is empty": inequality(["<=", "0", "x"], [["x", "[", "1", "0", "]"]]),
    "a range that is open at its one point": inequality(["<=", "0", "x"], [["x", "[", "1", "1", ")"]]),
    "irrational ends in the wrong order": inequality(["<=", "0", "x"], [["x", "[", ["sqrt", "3"], ["sqrt", "2"], "]"]]),
    "two ranges of one variable": inequality(["<=", "1", "x"], [X, ["x", "[", "1", "2", "]"]]),
    "contradictory hypotheses": inequality(["<=", "1", "x"], [X], ["empty", 0], [["<", "x", "0"]]),
    "hypotheses that exclude each other": inequality(
        ["<=", "0", "x"], hypotheses=[["<", "x", "1/3"], ["<", "1/2", "x"]]
    ),
    "a hypothesis without a value": inequality(["<=", "0", "x"], hypotheses=[["<=", "x", ["log", "-1"]]]),
    "a side without a value": inequality(["<=", "0", ["log", "-1"]]),
    "a side without a value at one point": inequality(["=", ["/", "1", "x"], ["/", "1", "x"]], [X], ["zero"]),
    "zero to the power zero": inequality(["=", ["^", "x", "0"], "1"], [X], ["zero"]),
    "a sentence in the place of a name": inequality(["<=", "0", "P = NP"], [["P = NP", "[", "0", "1", "]"]]),
    "true in the place of 1": inequality(["<=", "0", "x"], evidence=["interval", True]),
    "a hint that nothing reads": inequality(["<=", "0", "x"], hint=["q"]),
    "the name of another statement": inequality(["<=", "0", "x"], claim="theorem-1"),
    "the name of a ticket": inequality(["<=", "0", "x"], claim="ticket"),
    "the name of a campaign": inequality(["<=", "0", "x"], claim="campaign"),
    "a verdict in the name": inequality(["<=", "0", "x"], claim="x (of record)"),
    "another line in the name": inequality(["<=", "0", "x"], claim="x\naccepted"),
}


@pytest.mark.parametrize("name", ILL_FORMED)
def test_ill_formed_statements_are_not_accepted(checked, name):
    assert checked(ILL_FORMED[name])[0] != "accepted"


def everywhere(data, old, new):
    """A copy of the data in which one statement has become another, in the statement and in all goals."""
    if data == old:
        return copy.deepcopy(new)
    if isinstance(data, dict):
        return {key: everywhere(item, old, new) for key, item in data.items()}
    return [everywhere(item, old, new) for item in data] if isinstance(data, list) else data


OTHER_FORMS = [
    ("chain-recursion", "tolerance", "-3/10"),
    ("chain-recursion", "tolerance", ["log", "-1"]),
    ("chain-recursion", "failure", "0"),
    ("chain-recursion", "failure", "-1"),
    ("chain-recursion", "length", "0"),
    ("chain-recursion", "samples", "-14"),
    ("chain-recursion", "samples", ["/", "14", "0"]),
    ("chain-recursion", "law", ["uniform", "0"]),
    ("chain-recursion", "law", ["normal", "1"]),
    ("chain-recursion", "theorem", "P = NP"),
    ("chain-process", "samples", []),
    ("chain-process", "bound", ["+", "16", ["*", "0", ["/", "1", "n"]]]),
    ("chain-all-pairs", "radius", "-1"),
    ("chain-all-pairs", "domain", [["a", "[", "0", "5", "]"]]),
    ("chain-all-pairs", "domain", [["a", "[", "0", "2", "]"], ["A", "[", "0", "1", "]"]]),
    ("chain-first-moment-of-any-law", "hypotheses", [["<", "eps", "0"]]),
    ("chain-first-moment-of-any-law", "domain", [["eps", "(", "0", "1", ")"], ["delta", "(", "1", "1", ")"]]),
    ("grid-cut", "points", []),
    ("grid-cut", "hypotheses", [["<", "M", "0"]]),
    ("grid-cut", "bound", ["/", "a", ["-", "a", "a"]]),
    ("flow-of-a-negative-profile", "weights", ["0", "0"]),
    ("lower-average", "bits", ["log", "-1"]),
    ("lower-masks-1", "unit", "0"),
    ("lower-masks-1", "closeness", "-1"),
    ("lower-masks-1", "functions", 63),
    ("lower-matrices-1", "separation", "-1"),
    ("lower-volume-packing", "dimension", "-1"),
    ("lower-masks-of-units", "domain", [["d", "[", "3/2", "7/4", "]"], ["h", "[", "1", "oo", ")"]]),
]


@pytest.mark.parametrize(("file", "field", "value"), OTHER_FORMS)
def test_ill_formed_statements_of_every_form_are_not_accepted(checked, file, field, value):
    certificate = json.loads((CORPUS / f"{file}.json").read_text())
    statement = certificate["statement"]
    assert checked(everywhere(certificate, statement, {**statement, field: value}))[0] != "accepted"


# Tickets: a network with weights beyond 1 and biases; its ticket has a factor and a constant input.


def network(path, *layers):
    save_file({key: np.array(item, dtype=np.float32) for layer in layers for key, item in layer.items()}, path)


@pytest.fixture(scope="module")
def ticket(tmp_path_factory):
    """The folder of a ticket with a factor and biases, made by the command, with what the command printed."""
    folder = tmp_path_factory.mktemp("attack")
    first = {"a.0.weight": [[0.5, -0.25], [0.75, 3.0]], "a.0.bias": [0.125, -0.5]}
    network(folder / "net.safetensors", first, {"a.1.weight": [[1.0, -2.5]], "a.1.bias": [4.0]})
    command = [sys.executable, "-m", "lt_proofs", "prune", folder / "net.safetensors", "-o", folder / "ticket"]
    done = subprocess.run([*command, "--eps", "1/10"], capture_output=True, text=True, check=True)
    return folder / "ticket", done.stdout


def relu(vector):
    return [max(Fraction(0), item) for item in vector]


def times(matrix, vector):
    return [sum((Fraction(float(w)) * x for w, x in zip(row, vector, strict=True) if w), Fraction(0)) for row in matrix]


def test_the_sentence_of_a_ticket_is_true_in_fractions(checked, ticket):
    """Every number that the sentence states, at 60 points of the ball, with factor and constant as stated."""
    folder, printed = ticket
    certificate = json.loads((folder / "certificate.json").read_text())
    said = checked(certificate, path=folder / "certificate.json")[1]
    factor = Fraction(re.search(r"outputs multiplied by 2\^\d+ = (\d+)", said)[1])
    bound = Fraction(re.search(r"by at most ([0-9.]+) in Euclidean norm", said)[1])
    eps = Fraction(re.search(r"lie within ([0-9/]+) of", said)[1])
    assert f"= {factor}" in printed
    assert factor > 1
    assert "to whose 2 inputs a constant input 1 is appended" in said

    loaded = lt_proofs.load_ticket(folder)
    kept = [np.where(loaded.masks[i], loaded.weights[i], 0.0) for i in (1, 2, 3, 4)]
    assert [int(np.count_nonzero(item)) for item in kept] == certificate["statement"]["kept"]
    target = load_file(folder / "target.safetensors")
    layers = [(target[f"weight_{i}"], [Fraction(float(b)) for b in target[f"bias_{i}"]]) for i in (1, 2)]

    random = np.random.default_rng(5)
    points = random.normal(size=(60, 2))
    points *= 0.999999 / np.maximum(1, np.linalg.norm(points, axis=1))[:, None]
    for point in points:
        x = [Fraction(float(item)) for item in point]
        wanted = x
        for number, (weight, bias) in enumerate(layers):
            wanted = [a + b for a, b in zip(times(weight, wanted), bias, strict=True)]
            wanted = wanted if number else relu(wanted)
        got = [*x, Fraction(1)]
        for number, matrix in enumerate(kept):
            got = times(matrix, got) if number == 3 else relu(times(matrix, got))
        assert abs(factor * got[0] - wanted[0]) <= bound
        assert abs(float(factor * got[0]) - loaded.forward([point])[0][0]) < 1e-4

    scale = certificate["statement"]["layers"][1]["scale"]
    sums = 2**scale * kept[3] @ np.maximum(kept[2], 0)
    assert np.abs(sums - [[1.0, -2.5, 4.0]]).max() <= float(eps)


STATEMENTS = {
    "another field": {"theorem": "P = NP"},
    "a factor of 1": {"factor": "2^0"},
    "a negative factor": {"factor": "-2^4"},
    "a smaller bound": {"error_bound": "1/100"},
    "a negative bound": {"error_bound": "-1"},
    "a tolerance of 0": {"eps": "0"},
    "a negative tolerance": {"eps": "-1/10"},
    "a smaller tolerance": {"eps": "1/1000000"},
    "fewer kept": {"kept": [0, 0, 0, 0]},
    "true for one constant input": {"constant_inputs": True},
    "no constant input": {"constant_inputs": 0},
    "another law": {"law": "kaiming"},
    "an unknown law": {"law": "gaussian"},
    "another seed": {"seed": 1},
    "false for seed 0": {"seed": False},
    "a larger ball": {"domain": "ball of radius 2"},
    "an empty box": {"domain": {"low": "1", "high": "-1"}},
    "a box that is larger": {"domain": {"low": "-100", "high": "100"}},
    "other widths": {"widths": [2, 3, 1]},
    "fewer solved": {"solved": 1},
    "no error": {"max_weight_error": "0"},
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_tickets_with_another_statement_are_not_accepted(checked, ticket, tmp_path, name):
    folder = shutil.copytree(ticket[0], tmp_path / "ticket")
    certificate = json.loads((folder / "certificate.json").read_text())
    statement = certificate["statement"]
    changed = everywhere(certificate, statement, {**statement, **STATEMENTS[name]})
    assert checked(changed, path=folder / "certificate.json")[0] != "accepted"


def rewritten(path, change):
    """Change the header and the bytes of a safetensors file; its hash."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + size]), data[8 + size :]
    body = change(header, body) or body
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def metadata(**values):
    return lambda header, body: header["__metadata__"].update(values)


def layers_of(header, statement, **values):
    layers = json.loads(header["__metadata__"]["layers"])
    layers[0].update(values)
    header["__metadata__"]["layers"] = canonical(layers)
    statement["layers"] = layers


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (metadata(factor="2^9"), {"factor": "2^9"}),
        (metadata(law="kaiming"), {"law": "kaiming"}),
        (metadata(law="product"), {"law": "product"}),
        (metadata(seed="5"), {"seed": 5}),
        (metadata(inputs="3"), {"constant_inputs": 0}),
        (metadata(theorem="P = NP"), {}),
        (lambda header, body: bytes(len(body)), {}),
        (lambda header, body: body + b"more", {}),
    ],
)
def test_tickets_whose_files_agree_with_a_false_statement_are_not_accepted(checked, ticket, tmp_path, change, fields):
    """The forger changes statement, masks and hashes together; the network drawn again gives the lie away."""
    folder = shutil.copytree(ticket[0], tmp_path / "ticket")
    certificate = json.loads((folder / "certificate.json").read_text())
    statement = certificate["statement"]
    fields = {**fields, "ticket": rewritten(folder / "ticket.safetensors", change)}
    changed = everywhere(certificate, statement, {**statement, **fields})
    assert checked(changed, path=folder / "certificate.json")[0] != "accepted"


def test_a_scale_that_the_factor_does_not_carry_is_not_accepted(checked, ticket, tmp_path):
    folder = shutil.copytree(ticket[0], tmp_path / "ticket")
    certificate = json.loads((folder / "certificate.json").read_text())
    statement = copy.deepcopy(certificate["statement"])
    statement["ticket"] = rewritten(
        folder / "ticket.safetensors", lambda header, body: layers_of(header, statement, scale=0)
    )
    changed = everywhere(certificate, certificate["statement"], statement)
    assert checked(changed, path=folder / "certificate.json")[0] != "accepted"


# Campaigns: everything that commits to the counts is made anew, so that only trials run again can tell.


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    path = tmp_path_factory.mktemp("campaign") / "c.json"
    command = [sys.executable, "-m", "lt_proofs", "estimate", "--law", "uniform", "--eps", "1/4", "--seed", "7"]
    command += ["--trials", "5000", "--n", "4", "--n", "8", "-o", path]
    subprocess.run(list(map(str, command)), capture_output=True, check=True)
    return json.loads(path.read_text())


def committed(statement, leaves):
    """The digest of a campaign, from what the text of the digest names (Mathematics 7.9)."""
    parts = {key: statement[key] for key in ("among", "campaign", "level", "method", "trials")}
    parts |= {"ns": [row[0] for row in statement["rows"]]}
    return "sha256:" + sha(canonical({**parts, "leaves": sha("".join(canonical(leaf) + "\n" for leaf in leaves))}))


def forged(campaign, change):
    certificate = copy.deepcopy(campaign)
    statement, data = certificate["statement"], certificate["steps"][0]["data"]
    change(statement, data["leaves"])
    statement["digest"] = committed(statement, data["leaves"])
    certificate["steps"][0]["goal"] = copy.deepcopy(statement)
    return certificate


def test_the_forger_of_campaigns_can_commit(campaign, checked):
    assert forged(campaign, lambda statement, leaves: None) == {**campaign}
    verdict, said = checked(campaign)
    assert verdict == "accepted"
    assert "all 5000 trials" in said


def all_covered_by_four(statement, leaves):
    statement.update(rows=[[4, 5000, "9/10", "1"]], among=1)
    leaves[:] = [["0" * 64, [4], [4096]], ["1" * 64, [4], [904]]]


def one_trial_moved(statement, leaves):
    for row in statement["rows"]:
        row[2:] = "0", "1"
    leaves[0][2][0] += 1
    leaves[0][2][4] -= 1
    statement["rows"][0][1] += 1


def counts_exchanged(statement, leaves):
    leaves[0][2][:2] = reversed(leaves[0][2][:2])


def leaf_twice(statement, leaves):
    leaves[1][0] = leaves[0][0]


CAMPAIGNS = {
    "counts of all leaves": all_covered_by_four,
    "one trial": one_trial_moved,
    "counts exchanged": counts_exchanged,
    "hash of one leaf": leaf_twice,
    "seed": lambda statement, leaves: statement["campaign"].update(seed=8),
    "tolerance": lambda statement, leaves: statement["campaign"].update(eps="1/5"),
    "law": lambda statement, leaves: statement["campaign"].update(law="product"),
    "unknown law": lambda statement, leaves: statement["campaign"].update(law="normal"),
    "window": lambda statement, leaves: statement["campaign"].update(window=["-1", "1/2"]),
    "numbers n": lambda statement, leaves: statement["rows"][0].__setitem__(0, 5),
    "level": lambda statement, leaves: statement.update(level="999/1000"),
    "share of the error": lambda statement, leaves: statement.update(among=1),
    "claimed trials": lambda statement, leaves: statement.update(trials=5001),
    "a million trials": lambda statement, leaves: statement.update(trials=10**6),
    "no leaves": lambda statement, leaves: leaves.clear(),
    "an empty leaf": lambda statement, leaves: leaves.append(["0" * 64, [], []]),
    "method": lambda statement, leaves: statement.update(method="confidence sequence"),
    "true for a seed": lambda statement, leaves: statement["campaign"].update(seed=True),
}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_forged_campaigns_are_not_accepted(checked, campaign, name):
    assert checked(forged(campaign, CAMPAIGNS[name]))[0] != "accepted"


@pytest.mark.parametrize("options", [("--leaves", "-1"), ("--leaves", "many"), ("--challenge", "00"), ("--other",)])
def test_options_that_mean_nothing_are_errors(checked, campaign, options):
    assert checked(campaign, *options)[0] == "malformed"


def test_leaves_of_a_file_without_leaves_are_an_error(checked):
    assert checked(inequality(["<=", "0", "x"]), "--leaves", "1")[0] == "malformed"


# Work


def tree(head, parts):
    while len(parts) > 1:
        pairs = [[head, *pair] for pair in zip(parts[::2], parts[1::2], strict=False)]
        parts = pairs + parts[2 * len(pairs) :]
    return parts[0]


LONG = 10**990
FRACTIONS = [str(Fraction(LONG + i, LONG + 7 * i + 3)) for i in range(300)]
ARCTANGENTS = [["atan", q] for q in FRACTIONS]
FAR = ["x", "[", str(Fraction(LONG + 1, 3 * LONG + 7)), str(Fraction(2 * LONG + 1, LONG + 7)), "]"]
COSTLY = {
    "product of constants": inequality(["=", tree("*", FRACTIONS), "1"], evidence=["zero"]),
    "many arctangents": inequality(["<=", "-9999", tree("+", ARCTANGENTS)], evidence=["interval", 1000]),
    "polynomial at long ends": inequality(["<=", "0", ["^", "x", "200"]], [FAR], ["bernstein", None]),
    "powers of powers": inequality(["<=", "0", ["^", ["^", FRACTIONS[1], "1000"], "1000"]], evidence=["zero"]),
}
BRACKETS = {"nested": b"[" * 2**24, "pairs": b"[]" * 2**23, "wide": b"[" + b"[]," * 5592402 + b"[]]\n"}


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (2**29 + 2**26, 2**29 + 2**26))
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))


@pytest.mark.parametrize("name", COSTLY | BRACKETS)
def test_files_that_ask_for_much_end_within_the_memory_of_a_file(finish, tmp_path, name):
    path = tmp_path / "costly.json"
    path.write_bytes(BRACKETS[name] if name in BRACKETS else sealed(COSTLY[name]).encode())
    done = finish([sys.executable, "-I", "-S", CHECKER, path], preexec_fn=limited)
    assert "the rational" not in done.stdout, "refused for its form, not for its work"
    assert done.returncode in (1, 3), done
    assert "Traceback" not in done.stderr


# Commands

REFUSED = {
    "an unknown law": "estimate --law normal --eps 1/4 --trials 9 --seed 1 --n 4",
    "an output that cannot be certified": "estimate --linear 2 --eps 1/4 --trials 1000000000 --seed 1 -o y.json",
    "more trials than a certificate holds": "estimate --law product --eps 1/4 --trials 900000000 --seed 1 --n 4 -o y",
    "trials beyond a file": "estimate --law uniform --eps 1/1000000 --trials 9000000 --seed 1 --n 4 -o y.json",
    "a folder that does not exist": "estimate --law uniform --eps 1/4 --trials 90000000 --seed 1 --n 4 -o no/y.json",
    "two targets of a campaign": "estimate --law uniform --eps 1/4 --trials 9 --seed 1 --network 2,2 --n 4",
    "to go on without a ledger": "estimate --law uniform --eps 1/4 --trials 9 --seed 1 --n 4 --resume",
}


@pytest.mark.parametrize("name", REFUSED)
def test_commands_that_cannot_be_obeyed_are_refused_before_work(lt, tmp_path, name):
    done = lt(*REFUSED[name].split(), cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == 3
    assert "trials" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_hash_seed_changes_no_certificate(lt, tmp_path):
    question = ["prove", "sqrt(x*y) <= 49/100*(x+y)", "--where", "x in (0, 1], y in (0, 1]"]
    for seed in ("0", "12345"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        assert lt(*question, "-o", tmp_path / seed, env=env).returncode == 1
    assert (tmp_path / "0").read_bytes() == (tmp_path / "12345").read_bytes()
