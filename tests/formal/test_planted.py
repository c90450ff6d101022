"""Planted errors in statements: a copy of a file with one of them no longer compiles, while the file itself does."""

import pytest

FAST = [
    # the union bound over the signs of inputs is halved
    ("union_bound", "Definition sides (i : nat) : nat := (i == 0%N).+1.", "Definition sides (i : nat) : nat := 1%N."),
    ("theorem_1_checked", "factor1 L * sides * (d * e)", "factor1 L * (d * e)"),
]
SLOW = [
    ("theorem_1", r"\prod_(i < l) (1 + eta i) < 1 + eps", r"\prod_(i < l) (1 + eta i) < 1 + 2 * eps"),
    ("theorem_1", "(15%:R / 16%:R) ^+ n i", "(7%:R / 8%:R) ^+ n i"),
    ("theorem_1", "((c i).*2%:R / N%:R + (n i)%:R / Q%:R) ^+ 2", "((c i).*2%:R / N%:R) ^+ 2"),
    ("theorem_1_checked", "N.leb ((2 * c + n * Q) ^ 2", "N.leb ((2 * c) ^ 2"),
    ("theorem_1_checked", "N.ltb p1 p2", "N.leb p1 p2"),
    ("theorem_1_checked", "N.ltb (product", "N.leb (product"),
    ("theorem_1_every_grid", "256%:R / 49%:R", "4%:R"),
    (
        "theorem_1_every_grid",
        "64%:R * (n i).+1%:R ^+ 2 * (d i * d i.+1)%:R <= ((q",
        "4%:R * (n i).+1%:R ^+ 2 * (d i * d i.+1)%:R <= ((q",
    ),
    ("theorem_1_checked", "Law 15 16 2 1 1 1", "Law 14 16 2 1 1 1"),
    ("theorem_1_checked", "Law 15 16 2 1 1 1", "Law 15 16 1 1 1 1"),
    ("r6_gadget", "#|B|%:R <= (15%:R / 16%:R) ^+ n", "#|B|%:R <= (7%:R / 8%:R) ^+ n"),
    ("r6_gadget", "<= c.*2%:R / N%:R + n%:R / Q%:R.", "<= c.*2%:R / N%:R."),
    ("r6_gadget", "8%:R^-1 * (#|K|%:R", "4%:R^-1 * (#|K|%:R"),
    ("r4_uniform", "(3%:R / 4%:R) ^+ n * (8%:R", "(3%:R / 4%:R) ^+ n * (4%:R"),
    ("r4_subset_sum", "c%:R + s%:R + (n * E)%:R", "c%:R + s%:R"),
    ("theorem_2", "s <= 2 ^+ p * (2 * eps) ^+ (d * d)", "s <= 2 ^+ p * eps ^+ (d * d)"),
    ("exact_tickets", "((Q + Q).-1 ^ 2)%:R) <= delta", "(Q.-1 ^ 2)%:R) <= delta"),
    ("exact_tickets", "(`|V i o j| < Q)%N", "(`|V i o j| <= Q)%N"),
    ("theorem_2_checked", "N.ltb ((p + k) * b)", "N.leb (p * b)"),
    ("two_layers", "(((2 ^ d - 1) ^ 2).+1) ^ h", "((2 ^ d - 1) ^ 2) ^ h"),
    ("confidence", "<= g s / theta.", "<= g s."),
    ("mixture", "\\sum_i w i * part i x <= p x", "\\sum_i w i * part i x <= 2 * p x"),
    ("exact_sums", "((N + N).-1 ^ 2)%:R * #|{: n.-tuple 'I_N}|%:R", "(N.-1 ^ 2)%:R * #|{: n.-tuple 'I_N}|%:R"),
    ("a_posteriori", "<= err L e (fun i => L i + e i) l", "<= err L e L l"),
    ("ticket_checked", "(Z.mul (Z.mul T (factor L)) p)", "(Z.mul T p)"),
    ("ticket_biases", "Z.leb (Z.mul 2 (Z.pow", "Z.leb (Z.mul 1 (Z.pow"),
    ("composition", "L k' * err k' + e k' * grown k'", "L k' * err k'"),
]


# the certificate of sixteen_cells.v as it stands there, with a larger bound of the cut and with a larger growth
CELLS = """From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From LT Require Import sign_checker cells cell_weights gadget_growth sixteen_cells.
Definition planted (bound growth : N) : certificate :=
  Certificate (weights cells16) (least cells16) (middle cells16) (offsets cells16) (fineness cells16) (scale cells16)
    (pair_scale cells16) bound growth (growth2 cells16) (start1 cells16) (start2 cells16).
Definition cut (C : certificate) (o : nat) : bool := cut_check (count C) (columns (count C) (excess C (table C) o)).
Lemma same : planted (bound cells16) (growth1 cells16) = cells16. Proof. by []. Qed.
Lemma larger_bound : cut (planted 580000 49) 15 = false. Proof. by vm_compute. Qed.
Lemma larger_growth : numbers_check (planted 570353 50) = false. Proof. by vm_compute. Qed.
Lemma larger_both : numbers_check (planted 580000 49) = true. Proof. by vm_compute. Qed.
"""


def refused(coqc, built, file, truth, error):
    text = (built / f"{file}.v").read_text("utf-8")
    assert truth in text
    answer = coqc(text.replace(truth, error), f"{file}_planted")
    assert answer.returncode == 1
    assert "Syntax error" not in answer.stderr and "not found in the current environment" not in answer.stderr


@pytest.mark.parametrize(("file", "truth", "error"), FAST)
def test_a_planted_error_does_not_compile(coqc, built, file, truth, error):
    refused(coqc, built, file, truth, error)


def test_a_certificate_with_a_larger_bound_or_growth_is_refused(coqc):
    answer = coqc(CELLS)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("file", "truth", "error"), SLOW)
def test_planted_errors_do_not_compile(coqc, built, file, truth, error):
    refused(coqc, built, file, truth, error)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("file", sorted({file for file, _, _ in FAST + SLOW}))
def test_without_a_planted_error_the_same_copy_compiles(coqc, built, file):
    assert coqc((built / f"{file}.v").read_text("utf-8"), f"{file}_copy").returncode == 0
