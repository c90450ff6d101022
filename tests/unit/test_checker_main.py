"""The checker's program in this process: its arguments, exit codes, what it prints, and the envelope of a file."""

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

from lt_proofs.certificates.checking import CHECKER

ROOT = Path(__file__).resolve().parents[2]

RANGE = ["x", "[", "0", "1", "]"]


def certificate(conclusion=("<=", "0", "x"), claim="x", **changes):
    goal = {"form": "inequality", "domain": [RANGE], "hypotheses": [], "conclusion": list(conclusion)}
    step = {"rule": "tree", "from": [], "goal": goal, "data": {"evidence": ["interval", 64]}}
    content = {"format": "lt_proofs certificate 2", "claim": claim, "statement": goal, "steps": [step]} | changes
    return sealed(content)


def text_of(content):
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def sealed(content):
    return text_of(content | {"digest": "sha256:" + hashlib.sha256(text_of(content).encode()).hexdigest()}) + "\n"


@pytest.fixture
def run(checker, tmp_path, monkeypatch, capsys):
    """The program on arguments: its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    Path("true.json").write_text(certificate())
    Path("false.json").write_text(certificate(("<", "0", "x")))
    Path("torn.json").write_text(certificate()[:-9])
    monkeypatch.setattr("sys.stdout.reconfigure", lambda **_: None, raising=False)
    monkeypatch.setattr(checker.main, "HERE", tmp_path / "checker")

    def run(*arguments):
        code = checker.main.main(list(arguments))
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("files", "code", "states"),
    [
        ("true", 0, "accepted"),
        ("false", 1, "rejected"),
        ("torn", 3, "malformed"),
        ("true true", 0, "accepted accepted"),
        ("false true", 1, "rejected accepted"),
        ("true torn false", 3, "accepted malformed rejected"),
    ],
)
@pytest.mark.parametrize("where", [None, 0, -1])
def test_exit_codes_and_states(run, files, code, states, where):
    names = [f"{name}.json" for name in files.split()]
    if where is None:
        found, out, err = run(*names)
        assert [line.split()[0] for line in out.splitlines() if line[0] != " "] == states.split()
    else:
        found, out, err = run(*(["--json", *names] if where == 0 else [*names, "--json"]))
        assert [report["state"] for report in json.loads(out)] == states.split()
        assert [report["file"] for report in json.loads(out)] == names
    assert (found, err) == (code, "")


def test_what_is_printed_of_an_accepted_file(run):
    assert run("true.json")[1].splitlines() == [
        "accepted  true.json",
        "  x (no record at hand to compare with)",
        "  For all x in [0, 1]: both sides are defined and 0 <= x.",
        "  1 step; axioms: none",
    ]


def test_what_is_printed_of_a_file_that_fails(run):
    assert run("false.json")[1] == "rejected  false.json\n  step 0 (tree): the interval of the term reaches below 0\n"
    assert run("torn.json")[1].startswith("malformed  torn.json\n  not JSON of this format: ")


def test_remarks_and_axioms_are_printed(run, checker):
    report = {"state": "accepted", "file": "f", "claim": "c", "standing": "of record", "says": "S.", "steps": 2}
    text = checker.main.show(report | {"remarks": ["one", "two"], "axioms": ["A", "B"]})
    assert text.splitlines() == ["accepted  f", "  c (of record)", "  S.", "  one", "  two", "  2 steps; axioms: A; B"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--json",),
        ("-h",),
        ("true.json", "-x"),
        ("--record",),
        ("true.json", "--record"),
        ("-", "true.json"),
        ("--leaves",),
        ("true.json", "--leaves"),
        ("--leaves", "3"),
        ("--record", "--json", "--leaves"),
    ],
)
def test_wrong_arguments(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (3, "")
    assert err.startswith("usage: ") and err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--record", "r.json", "true.json"),
        ("true.json", "--record", "r.json"),
        ("true.json", "--record", "r.json", "weaker.json"),
        ("--json", "--record", "r.json", "true.json", "weaker.json", "stranger.json"),
        ("weaker.json", "--json", "true.json", "--record", "r.json"),
    ],
)
def test_a_record_tells_whose_statement_it_is(run, arguments):
    Path("weaker.json").write_text(certificate(("<=", "-1", "x")))
    Path("stranger.json").write_text(certificate(claim="y"))
    Path("r.json").write_text(json.dumps({"x": json.loads(certificate())["statement"]}))
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    names = [name for name in arguments if name.endswith(".json") and name != "r.json"]
    if "--json" in arguments:
        assert {r["file"]: r["of_record"] for r in json.loads(out)} == {name: name == "true.json" for name in names}
        assert [r["file"] for r in json.loads(out)] == names
    else:
        own = {"true.json": "  x (of record)", "weaker.json": "  x (not of record)", "stranger.json": "  y (not"}
        assert [line for line in out.splitlines() if line.startswith("  x (")] == [own[name] for name in names]


CHALLENGE = "0123456789abcdef"


@pytest.mark.parametrize(
    ("leaves", "count"), [(None, None), ("none", 0), ("7", 7), ("123456789", 123456789), ("all", 2**40)]
)
@pytest.mark.parametrize("challenge", [None, CHALLENGE])
def test_how_many_leaves_are_counted_again(run, checker, leaves, count, challenge, monkeypatch):
    statement = {"form": "counts"}
    Path("campaign.json").write_text(certificate(statement=statement))
    asked, drew = checker.opening.ASKED, [True]

    def verify(*_):
        asked.decided = drew[0]
        return statement, [], ["one\ntwo"]

    monkeypatch.setattr(checker.main, "verify", verify)
    options = [] if leaves is None else ["--leaves", "".join(list(leaves))]  # as texts of a command line are
    options += [] if challenge is None else ["--challenge", challenge]
    assert run(*options, "campaign.json")[0] == 0
    first = asked.challenge
    assert asked.leaves == count
    code, out, _ = run("--json", "campaign.json", *options)
    assert (code, json.loads(out)[0]["remarks"], json.loads(out)[0]["form"]) == (0, ["one", "two"], "counts")
    assert asked.leaves == count
    assert (asked.challenge == first) is (challenge is not None)
    drew[0] = False
    code, out, err = run("campaign.json", *options)
    none = (
        "" if challenge is None else f"--challenge {challenge}: no leaves were drawn; leave it out, or give --leaves "
    )
    assert (code, err.startswith(none), out == "") == ((3, True, True) if challenge else (0, True, False))


@pytest.mark.parametrize("options", [("--leaves", "1"), ("--leaves", "all"), ("--challenge", CHALLENGE)])
def test_leaves_of_what_is_no_campaign_are_an_error(run, options):
    for files in (["true.json"], ["true.json", "false.json"]):
        code, out, err = run(*options, *files)
        assert (code, out) == (3, "")
        assert err == "--leaves and --challenge are for campaigns, and no file is one; leave them out\n"
    assert run("--leaves", "none", "true.json")[0] == 0
    # a file that cannot be read may be one; it is malformed in any case
    code, out, err = run(*options, "true.json", "torn.json")
    assert (code, err) == (3, "")
    assert "malformed  torn.json" in out


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--leaves", "some"),
        ("--leaves", "-1"),
        ("--leaves", "0"),
        ("--leaves", "1.5"),
        ("--leaves", "1234567890"),
        ("--challenge", "x"),
    ],
)
def test_leaves_and_challenges_that_cannot_be(run, option, value):
    code, out, err = run(option, value, "true.json")
    assert (code, out) == (3, "")
    assert err.startswith(f"{option} {value}: give ") and err.count("\n") == 1


def test_the_record_lies_above_the_checker(run):
    Path("statements.json").write_text(json.dumps({"x": json.loads(certificate())["statement"]}))
    assert "x (of record)" in run("true.json")[1]


@pytest.mark.parametrize("text", ["[]", "null", "{", "[" * 100_000, '"x"'])
@pytest.mark.parametrize("asked", [True, False])
def test_a_record_that_is_no_table(run, text, asked):
    Path("r.json" if asked else "statements.json").write_text(text)
    code, out, err = run(*(("--record", "r.json") if asked else ()), "true.json")
    assert (code, out) == (3, "")
    assert "is not a table in JSON" in err


def test_a_record_that_is_not_there(run):
    code, out, err = run("--record", "r.json", "true.json")
    assert (code, out) == (3, "")
    assert err == "the record r.json cannot be read: No such file or directory\n"


def test_a_folder_stands_for_its_certificate(run):
    Path("t").mkdir()
    Path("t/certificate.json").write_text(certificate())
    code, out, _ = run("--json", "t")
    assert (code, json.loads(out)[0]["file"]) == (0, "t/certificate.json")
    Path("u").mkdir()
    assert run("u")[0] == 3


@pytest.mark.parametrize(
    "error",
    [ZeroDivisionError, AttributeError, KeyError, IndexError, TypeError, ValueError, RecursionError, MemoryError],
)
def test_what_goes_wrong_inside_is_malformed(run, checker, monkeypatch, error):
    def fail(*_):
        raise error("inside")

    monkeypatch.setattr(checker.main, "verify", fail)
    code, out, _ = run("true.json")
    assert code == 3
    assert out == f"malformed  true.json\n  beyond the limits of this machine: {error.__name__}\n"


def test_a_ticket_is_about_the_files_beside_it(run, checker, monkeypatch):
    monkeypatch.setattr(checker.main, "sentence", lambda _: "")
    for form, standing in (("ticket", "about the files beside it"), ("volume", "no record at hand to compare with")):
        monkeypatch.setattr(checker.main, "verify", lambda *_, form=form: ({"form": form}, [], []))
        assert f"  x ({standing})" in run("true.json")[1]


def test_a_refutation_is_marked(run, checker, monkeypatch):
    for form, marked in (("not", True), ("inequality", False), ("ticket", False)):
        monkeypatch.setattr(checker.main, "verify", lambda *_, form=form: ({"form": form}, [], []))
        monkeypatch.setattr(checker.main, "sentence", lambda _: "")
        assert json.loads(run("--json", "true.json")[1])[0]["refutation"] is marked


def reason(checker, path):
    with pytest.raises(checker.errors.Malformed) as caught:
        checker.envelope.read(Path(path))
    return str(caught.value)


def test_files_are_read_up_to_a_size(run, checker, monkeypatch):
    size = len(certificate())
    monkeypatch.setattr(checker.envelope, "MAX_BYTES", size)
    assert checker.envelope.read(Path("true.json"))["claim"] == "x"
    monkeypatch.setattr(checker.envelope, "MAX_BYTES", size - 1)
    assert "not a regular file of at most" in reason(checker, "true.json")
    assert reason(checker, "missing.json") == "the file is missing"
    assert "not a regular file" in reason(checker, ".")


def test_a_file_that_is_not_there(run):
    """Nor one whose name is longer than the system allows."""
    assert run("missing.json") == (3, "malformed  missing.json\n  the file is missing\n", "")
    assert run("x" * 5000 + ".json")[1].endswith("\n  cannot be read: File name too long\n")


def test_a_file_that_cannot_be_read(run, checker, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert reason(checker, "true.json") == "cannot be read: Permission denied"


@pytest.mark.parametrize(("depth", "words"), [(396, "nothing reads 'more'"), (397, "JSON nested deeper than 400")])
def test_nesting_ends_at_four_hundred(run, checker, depth, words):
    """Lists in the data of a step lie at depth 4; an entry that the rule does not read is refused at any depth."""
    deep = json.loads("[" * depth + "]" * depth)
    content = json.loads(certificate())
    del content["digest"]
    content["steps"][0]["data"]["more"] = deep
    Path("deep.json").write_text(sealed(content))
    (report,) = json.loads(run("--json", "deep.json")[1])
    assert report["state"] == "malformed"
    assert words in report["reason"]


def test_nesting_counts_brackets_wherever_they_are(checker):
    assert checker.envelope.nesting(b"") == 0
    assert checker.envelope.nesting(b'[{"a":[]},[]]') == 3
    assert checker.envelope.nesting(b"]][[[") == 1
    assert checker.envelope.nesting(b'"[[{"') == 3


def changed(**changes):
    content = json.loads(certificate())
    del content["digest"]
    return sealed(content | changes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            changed(format="lt_proofs certificate 1"),
            "a file of the format 'lt_proofs certificate 1'; this checker reads",
        ),
        (changed(format="lt_proofs certificate 3"), "not a certificate of the format"),
        (changed(format="lt_proofs certificate 0"), "not a certificate of the format"),
        (text_of(json.loads(certificate()) | {"digest": "sha256:" + "0" * 64}) + "\n", "the digest"),
        (text_of(json.loads(certificate()) | {"digest": "sha256:" + "f" * 64}) + "\n", "the digest"),
        (changed(more=1), "not a certificate of the format"),
        (sealed({}), "not a certificate of the format"),
        ("[]\n", "not a certificate of the format"),
        (certificate().replace("x", "y", 1), "the digest"),
        (certificate()[:-1], "not canonical"),
        (certificate() + "\n", "not canonical"),
        (certificate().replace("sha256:", "sha512:"), "the digest"),
        (certificate().replace('"x"', '"ä"', 1), "not JSON of this format"),
        (certificate().replace("64", "64.0"), "the float 64.0"),
        (certificate().replace("64", "NaN"), "the float NaN"),
        (certificate().replace("64", "-Infinity"), "the float -Infinity"),
        (certificate().replace('"claim":"x",', '"claim":"x","claim":"x",'), "a key comes twice"),
    ],
)
def test_an_envelope_is_what_it_should_be_to_the_letter(run, checker, text, words):
    Path("t.json").write_text(text)
    assert words in reason(checker, "t.json")


def test_keys_are_sorted(run, checker):
    content = json.loads(certificate())
    del content["digest"]
    body = dict(reversed(content.items()))
    digest = hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest()
    Path("t.json").write_text(json.dumps(body | {"digest": f"sha256:{digest}"}, separators=(",", ":")) + "\n")
    assert "not canonical" in reason(checker, "t.json")


def state(checker, content):
    """What becomes of the parts of an envelope, and why."""
    try:
        checker.envelope.verify(content, Path())
    except (checker.errors.Malformed, checker.errors.Rejected) as error:
        return type(error).__name__, str(error)
    return "accepted", ""


def parts(steps=1, **changes):
    content = json.loads(certificate())
    step = content["steps"][0] | changes
    return content | {"steps": [step] * steps}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (parts() | {"claim": "a b"}, "the claim's name"),
        (parts() | {"claim": 3}, "the claim's name"),
        (parts() | {"claim": "x" * 81}, "the claim's name"),
        (parts() | {"claim": ""}, "the claim's name"),
        (parts() | {"steps": []}, "not a list of 1 to"),
        (parts() | {"steps": {}}, "not a list of 1 to"),
        (parts() | {"steps": [1]}, "step 0 must have exactly"),
        (parts(more=1), "step 0 must have exactly"),
        (parts(data=[]), "step 0 must have exactly"),
        (parts() | {"steps": [{"rule": "tree", "goal": {}, "data": {}}]}, "step 0 must have exactly"),
        (parts(**{"from": [7]}), "step 0 must come from earlier"),
        (parts(rule="trees"), "step 0 names no rule"),
        (parts(rule=["tree"]), "step 0 names no rule"),
        (parts(**{"from": [0]}), "step 0 must come from earlier"),
        (parts(**{"from": [-1]}), "step 0 must come from earlier"),
        (parts(**{"from": ["0"]}), "step 0 must come from earlier"),
        (parts(**{"from": [False]}), "true and false are no numbers"),
        (parts(**{"from": 0}), "not a list of 0 to 100000 items"),
        (parts(**{"from": {}}), "not a list of 0 to 100000 items"),
        (parts(2) | {"steps": [*parts()["steps"], *parts(**{"from": [1]})["steps"]]}, "step 1 must come from earlier"),
    ],
)
def test_steps_of_a_wrong_form(checker, content, words):
    assert state(checker, content) == ("Malformed", state(checker, content)[1])
    assert words in state(checker, content)[1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (parts(2), "step 0 is not used"),
        (parts(3), "step 0 is not used"),
        (
            parts(2) | {"steps": [*parts()["steps"], *parts(**{"from": [0]})["steps"]]},
            "step 1 (tree): 1 premises are more than the rule asks for",
        ),
        (parts(rule="enumerate-grid"), "it concludes judgements of the form grid-cut"),
        (parts(rule="two-point"), "it concludes judgements of the form contraction"),
        (parts(rule="ticket"), "it concludes judgements of the form ticket"),
    ],
)
def test_steps_that_do_not_hold_together(checker, content, words):
    assert state(checker, content)[0] == "Rejected"
    assert words in state(checker, content)[1]


def test_names_of_claims_may_be_long(checker):
    for name in ("x" * 80, "a-b_C9", "0"):
        assert state(checker, parts() | {"claim": name})[0] == "accepted"
    assert state(checker, parts())[0] == "accepted"


def test_a_name_of_the_record_in_other_capitals_is_refused(run):
    record = json.loads(certificate())["statement"]
    Path("record.json").write_text(json.dumps({"x": record}))
    Path("capital.json").write_text(certificate(claim="X"))
    code, out, _ = run("--record", "record.json", "capital.json")
    assert code == 3
    assert "X differs from the name x of the record in its capitals alone" in out
    Path("other.json").write_text(certificate(claim="y"))
    assert run("--record", "record.json", "true.json", "other.json")[0] == 0


@pytest.mark.parametrize("before", [0, 77, 199_999_999])
@pytest.mark.parametrize("units", [0, 1, 1000, 200_000_000])
def test_an_allowance_is_neither_more_nor_less_and_costs_nothing(checker, before, units):
    """Whatever was spent before it, and whether it is used up or not."""
    errors = checker.errors
    errors.WORK[0] = before
    with errors.allowance(units):
        errors.spend(units)
    assert errors.WORK[0] == before
    with pytest.raises(errors.Malformed, match="more work than"), errors.allowance(units):
        errors.spend(units + 1)
    assert errors.WORK[0] == before
    errors.fresh_budget()


@pytest.mark.parametrize("name", ["p2", "r4"])
def test_a_file_costs_by_its_bytes_and_its_items(checker, monkeypatch, name):
    path, amounts = Path(__file__).parents[2] / "reports" / "certificates" / f"{name}.json", []
    monkeypatch.setattr(checker.envelope, "spend", amounts.append)
    checker.envelope.read(path)
    assert amounts == [len(path.read_bytes()) + 5 * path.read_text().count(",")]


def test_what_a_file_costs_does_not_hang_on_the_order_of_sets(finish):
    """Units are counted: hashes of strings, which differ from process to process, must not change them."""
    path, found = ROOT / "tests" / "corpus" / "accept" / "chain-coupling.json", set()
    for seed in range(4):
        command = [sys.executable, "-S", CHECKER, "--json", path]
        done = finish(command, env={**os.environ, "PYTHONHASHSEED": str(seed)})
        found.add(json.loads(done.stdout)[0]["work"])
    assert len(found) == 1, found


@pytest.mark.parametrize(("text", "most"), [(None, 200_000_000), ("1", 1), ("7" * 15, 777_777_777_777_777)])
def test_a_reader_allows_more_work(checker, monkeypatch, text, most):
    monkeypatch.setattr(checker.errors, "MAX_WORK", checker.errors.MAX_WORK)
    checker.errors.allow(text)
    assert most == checker.errors.MAX_WORK


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "x", "\u0663", "7" * 16, "7" * 50])
def test_work_is_a_whole_number_of_units(checker, text):
    with pytest.raises(checker.errors.Malformed) as caught:
        checker.errors.allow(text)
    assert str(caught.value) == (f"--work {text[:40]}: give a number of units from 1 on; 10000000 are about a second")


def changed(name, change):
    """A file of the corpus after a change of its content."""
    content = json.loads((ROOT / "tests" / "corpus" / "accept" / name).read_text())
    del content["digest"]
    change(content)
    return sealed(content)


def test_more_premises_than_a_rule_asks_for_are_counted(run):
    """The last step of this file has three obligations, and gets three premises more."""

    def more(content):
        content["steps"][-1]["from"] += content["steps"][-1]["from"][-3:]

    Path("more.json").write_text(changed("chain-compose.json", more))
    assert run("more.json")[1].endswith(": 3 premises are more than the rule asks for\n")


def test_of_what_nothing_reads_the_first_is_named(checker):
    """By the order of names, shortened; not what a rule looked for in vain."""
    content = json.loads(certificate())
    content["steps"][0]["data"] |= {"b" * 50: 1, "c": 1}
    name = "b" * 40
    with pytest.raises(checker.errors.Malformed, match=f"^step 0: nothing reads '{name}'$"):
        checker.envelope.verify(envelope_of(checker, content), Path())


def envelope_of(checker, content):
    """The content of a file as it is read, with tables that note what is read of them."""
    return json.loads(json.dumps(content), object_pairs_hook=checker.envelope.Table)


def test_the_search_asks_for_a_point_of_what_it_concludes(checker):
    goal = checker.read_judgement("inequality", domain="x in [0, 1]", hypotheses=["x > 0"], conclusion="x >= 0")
    tree = checker.rules.RULES["tree"]
    checker.rejected(
        "a point that meets the hypotheses must be shown", checker.envelope.obligations, tree, goal, [], {}
    )
    assert checker.envelope.obligations(tree, goal, [], {}, False) == []
