"""Theorems for given numbers: Python and Coq decide alike on both sides of the border, and Coq refuses a unit fewer."""

import random
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction

import pytest

from lt_proofs.coq.instance import Instance
from lt_proofs.coq.instance_file import instance_text
from lt_proofs.coq.instances import find_instance, ticket_instance
from lt_proofs.coq.kernel import kernel_check
from lt_proofs.coq.library import built as built_library
from lt_proofs.coq.library import needed
from lt_proofs.coq.statements import Statement, kernel_assumptions, statements
from lt_proofs.errors import BadInput

HEAD = """From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From LT Require Import theorem_1 theorem_1_checked sixteen_cells sharper_weights every_weight.
Local Open Scope N_scope.
"""
SETS = 30


def instance_at_random(draw: random.Random) -> Instance:
    """Theorem 1 or the theorem about tickets, for random numbers, with the fewest units."""
    widths = tuple(draw.randint(1, 30) for _ in range(draw.randint(2, 4)))
    delta = Fraction(draw.randint(1, 9), draw.randint(10, 500))
    if draw.random() < 0.5:
        eps = Fraction(draw.randint(1, 9), draw.randint(10, 200))
        return find_instance(widths, eps, delta, draw.choice([2**28, 2**36, 3 * 2**26, 10**8]))
    tolerances = tuple(Fraction(draw.randint(1, 9), draw.randint(10, 400)) for _ in widths[1:])
    factors = tuple(draw.randint(1, 4) for _ in widths[1:])
    return ticket_instance(widths, tolerances, delta, 2**24, factors)


def changed_at_random(instance: Instance, draw: random.Random) -> Instance:
    """The same with one number moved a little up or down, or a list cut; or unchanged."""
    name = draw.choice(
        ["units", "starts", "errors", "failures", "widths", "factors", "total", "chances", "q", "delta", ""]
    )
    if not name or not getattr(instance, name):
        return instance
    step, value = draw.choice([-1, 1, 2]), getattr(instance, name)
    if isinstance(value, tuple):
        if draw.random() < 0.1:
            return replace(instance, **{name: value[:-1]})
        place = draw.randrange(len(value))
        value = tuple(max(0, x + step) if k == place else x for k, x in enumerate(value))
    elif name == "delta":
        value = value * Fraction(100 + step, 100)
    else:
        value = max(0, value + step)
    return replace(instance, **{name: value})


def check_of(instance: Instance) -> str:
    """The check of formal/ for these numbers, as a term of Coq."""

    def listed(values):
        return f"[:: {'; '.join(map(str, values))}]"

    p1, p2 = instance.delta.as_integer_ratio()
    lists = [listed(values) for values in (instance.widths, instance.units, instance.starts)]
    rest = f"{instance.total} {listed(instance.errors)} {instance.chances} {listed(instance.failures)}"
    if instance.eps is None:
        lists.append(listed(instance.factors))
        return f"check_weights {instance.law.name} {instance.q} {p1} {p2} {' '.join(lists)} {rest}"
    e1, e2 = instance.eps.as_integer_ratio()
    return f"check {instance.law.name} {instance.q} {e1} {e2} {p1} {p2} {' '.join(lists)} {rest}"


def test_python_and_coq_decide_alike(evaluate):
    draw = random.Random(20)
    found = [changed_at_random(instance_at_random(draw), draw) for _ in range(SETS)]
    own = [int(instance.accepted) for instance in found]
    assert 5 < sum(own) < SETS - 5, "both sides of the border are tried"
    terms = "; ".join(f"(if {check_of(instance)} then Zpos xH else Z0)" for instance in found)
    assert evaluate(f"From Coq Require Import ZArith.\n{HEAD}", f"[:: {terms}]") == own


def test_coq_refuses_one_unit_fewer_and_accepts_the_number_found(coqc):
    draw, lines = random.Random(5), []
    for k in range(5):
        instance = instance_at_random(draw)
        place = draw.randrange(len(instance.units))
        fewer = tuple(n - (i == place) for i, n in enumerate(instance.units))
        # with a unit fewer, the start may be larger: the unit cost Q/(2 Q^2) of the room
        starts = tuple(c + instance.q * (i == place) for i, c in enumerate(instance.starts))
        lines.append(f"Lemma enough{k} : {check_of(instance)}. Proof. by vm_compute. Qed.")
        for name, less in (
            ("same", replace(instance, units=fewer)),
            ("more", replace(instance, units=fewer, starts=starts)),
        ):
            lines.append(f"Lemma {name}{k} : {check_of(less)} = false. Proof. by vm_compute. Qed.")
    answer = coqc(HEAD + "\n".join(lines))
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("kind", ["theorem-1", pytest.param("ticket", marks=pytest.mark.slow)])
def test_the_kernel_checks_an_instance(built, kind):
    if kind == "theorem-1":
        instance = find_instance((784, 500, 10), Fraction(1, 100), Fraction(1, 100), 2**36)
    else:
        instance = ticket_instance((64, 32, 10), (Fraction(1, 100), Fraction(1, 200)), Fraction(1, 100), 2**24)
    answer = kernel_check(instance, "--kernel")
    assert answer.checked and not answer.reason
    fewer = replace(instance, units=(instance.units[0] - 1, *instance.units[1:]))
    answer = kernel_check(fewer, "--kernel")
    assert not answer.checked
    assert answer.reason == "the inequalities between its whole numbers do not hold"


@pytest.mark.slow
def test_every_statement_is_kernel_checked(built):
    found = kernel_assumptions([statement.theorem for statement in statements()], "--kernel")
    assert len(found) == len(statements()) > 10
    assert all(one.checked for one in found.values())


@pytest.mark.slow
def test_a_text_for_coqc_alone_compiles(coqc):
    """The file that export --coq-theorem writes needs nothing but formal/."""
    instance = find_instance((3, 2), Fraction(1, 2), Fraction(1, 2), 2**12)
    answer = coqc(instance_text(instance), "Instance")
    assert answer.stdout.strip() == "Closed under the global context", answer.stderr


@pytest.fixture
def small_library(tmp_path, monkeypatch):
    """A folder of Coq files without mathcomp: a theorem, one with an axiom, a file that is refused."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "base.v").write_text("Axiom gap : 0 = 1.\nTheorem right : True. Proof. exact I. Qed.\n")
    (folder / "statements.v").write_text(
        "From LT Require Import base.\nTheorem a_b : True. Proof. exact right. Qed.\n"
        "Theorem c : 0 = 1. Proof. exact gap. Qed.\n"
    )
    (folder / "broken.v").write_text("From LT Require Import\n  base.\nTheorem d : 0 = 1. Proof. reflexivity. Qed.\n")
    (folder / "packages.txt").write_text("coq\n")
    monkeypatch.setenv("LT_PROOFS_FORMAL", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def some_coqc():
    coqc = shutil.which("coqc")
    if coqc is None:
        pytest.skip("no coqc: apt-get install $(cat formal/packages.txt)")
    return coqc


def test_a_theorem_with_an_axiom_is_not_kernel_checked(small_library, some_coqc):
    found = kernel_assumptions([Statement("a-b", "", "", "").theorem, "LT.statements.c"], "--kernel")
    assert found["LT.statements.a_b"].checked
    assert found["LT.statements.c"].axioms == ("base.gap",)
    with pytest.raises(BadInput, match="Coq does not know"):
        kernel_assumptions(["LT.statements.e"], "--kernel")


def test_what_is_compiled_belongs_to_its_source(small_library, some_coqc):
    done = []
    first = built_library(["statements"], some_coqc, lambda k, of: done.append((k, of)))
    assert done == [(0, 2), (1, 2)]
    assert first != small_library and first.parent.name == "lt_proofs"
    assert built_library(["statements"], some_coqc, lambda k, of: done.append((k, of))) == first
    assert len(done) == 2, "the second time nothing is compiled"
    with pytest.raises(BadInput, match=r"broken\.v cannot be used; coqc does not compile it"):
        built_library(["broken"], some_coqc)
    assert not list(first.glob(".new-*")) and not (first / "broken.vo").exists()
    # what make leaves beside the sources is used, as long as the source is the one that was compiled
    for name in ("base", "statements"):
        subprocess.run([some_coqc, "-q", "-R", ".", "LT", f"{name}.v"], cwd=small_library, check=True)
    assert built_library(["statements"], some_coqc) == small_library.resolve()
    (small_library / "base.v").write_text("Axiom gap : 0 = 1.\n\nTheorem right : True. Proof. exact I. Qed.\n")
    assert built_library(["base"], some_coqc) not in (small_library.resolve(), first)


def test_files_are_compiled_in_an_order_that_coq_accepts(small_library):
    assert needed(["broken"], small_library) == ["base", "broken"]
    with pytest.raises(BadInput, match=r"it lacks nothing\.v"):
        needed(["nothing"], small_library)
