"""What the options for Coq say: without coqc, for grids, and where an option is out of place; one line each."""

import json

import pytest

from lt_proofs.cli import run
from lt_proofs.cli.ticket_kernel import fits_ticket
from lt_proofs.coq.instance_file import FILE, read_instance
from lt_proofs.coq.library import sources
from lt_proofs.coq.statements import statements, twins
from lt_proofs.theory.record import CLAIMS

NUMBERS = ["--widths", "64,32,10", "--eps", "1/10", "--delta", "1/100", "--grid", "2^-24"]
DIGITS = "lt_proofs/networks/data/digits.safetensors"
REFUSED = [
    (["bound", "--eps", "1/10", "--delta", "1/10", "--kernel"], "--kernel: without --widths"),
    (["bound", "--eps", "1/10", "--delta", "1/10", "--grid", "2^-24"], "it belongs to --kernel"),
    (["bound", *NUMBERS[:-1], "2^-14", "--kernel"], "too coarse for this tolerance; give 2^-19 or finer"),
    (["bound", *NUMBERS[:-1], "1/4097", "--kernel"], "1/Q with an even number Q"),
    (["bound", *NUMBERS[:-1], "2/3", "--kernel"], "1/Q with an even number Q"),
    (["bound", *NUMBERS[:-1], "fine", "--kernel"], "--grid: fine cannot be used"),
    (["bound", "--widths", "4", "--eps", "1/10", "--delta", "1/10", "--kernel"], "--widths: 4"),
    (["bound", "--widths", "4,4", "--eps", "2", "--delta", "1/10", "--kernel"], "--eps: 2"),
    (["export"], "give either --coq DIR or --coq-theorem"),
    (["export", "--coq", "folder", "--eps", "1/2"], "it belongs to --coq-theorem"),
    (["export", "--coq-theorem", "--eps", "1/2"], "--coq-theorem needs --widths, --delta, --output too"),
    (["export", "--coq-theorem", *NUMBERS, "-o", "a.v", "--run"], "lt-proofs recheck FILE.v runs coqc"),
    (["prune", DIGITS, "-o", "t", "--eps", "1/100", "--kernel"], "--kernel: without --certain"),
]


@pytest.mark.parametrize(("arguments", "part"), REFUSED)
def test_one_line_says_what_to_do(arguments, part, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 3
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert part in err
    assert not list(tmp_path.iterdir())


@pytest.fixture
def without_coqc(monkeypatch, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


def test_without_coqc_one_line_names_the_packages(without_coqc, capsys, tmp_path):
    file = tmp_path / "Instance.v"
    assert run(["export", "--coq-theorem", *NUMBERS, "-o", str(file)]) == 0, "coqc is not needed to write it"
    assert "hidden units for each input of the layers" in capsys.readouterr().out
    commands = [["bound", *NUMBERS, "--kernel"], ["check", "theorem-1-grid"], ["check", "r3", "--kernel"]]
    for arguments in (*commands, ["recheck", str(file)]):
        assert run(arguments) == 3
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "not installed; on Debian: apt install coq libcoq-mathcomp-ssreflect" in err


def test_an_instance_beside_a_ticket_is_passed_over_without_coqc(without_coqc, capsys, tmp_path):
    (tmp_path / "certificate.json").write_text("{}")
    run(["export", "--coq-theorem", *NUMBERS, "-o", str(tmp_path / FILE)])
    capsys.readouterr()
    assert run(["recheck", str(tmp_path)]) == 3, "the certificate is malformed"
    said = capsys.readouterr()
    assert f"{FILE} was not run: coqc is not installed" in said.err
    assert FILE not in said.out


def test_an_instance_about_another_network_does_not_fit(tmp_path):
    run(["export", "--coq-theorem", *NUMBERS, "-o", str(tmp_path / FILE)])
    instance = read_instance(tmp_path / FILE)
    for text in ("{}", '{"statement": {"layers": [], "eps": "1/100"}}', '{"statement": {"layers": 3, "eps": []}}'):
        (tmp_path / "certificate.json").write_text(text)
        assert not fits_ticket(instance, tmp_path / "certificate.json")


def test_no_coq_files_are_no_reason_to_fail(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("LT_PROOFS_FORMAL", str(tmp_path))
    for cached in (statements, twins):
        cached.cache_clear()
    try:
        assert run(["show", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["kernel-checked"] == []
        assert run(["bound", *NUMBERS, "--kernel"]) == 3
        assert "set LT_PROOFS_FORMAL to the folder formal/ of a checkout" in capsys.readouterr().err
    finally:
        for cached in (statements, twins):
            cached.cache_clear()


def test_statements_are_shown_with_their_theorem_and_never_as_checked(capsys):
    assert run(["show", "theorem-1-grid"]) == 0
    out = capsys.readouterr().out
    assert "LT.statements.theorem_1_grid" in out and "lt-proofs check theorem-1-grid" in out
    assert "KERNEL-CHECKED" not in out
    assert run(["show", "THEOREM-1-GRID", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["coq"].startswith("Theorem theorem_1_grid (R : rcfType)")


def test_every_statement_is_read_and_none_has_the_id_of_a_claim():
    text = (sources() / "statements.v").read_text("ascii")
    assert [s.id.replace("-", "_") for s in statements()] == [
        line.split()[1] for line in text.splitlines() if line.startswith("Theorem ")
    ]
    assert not {s.id for s in statements()} & {claim.id for claim in CLAIMS}
    assert all(s.words.endswith(".") and "*)" not in s.words for s in statements())
    assert {claim.id for claim in CLAIMS} & set(twins())
