"""An instance of Theorem 1 as a Coq file, written and read again.

The file says in words what it proves; Coq decides the inequalities by computing, and Print Assumptions must find no
axiom. A file is read by its numbers only: it counts as an instance if it is, letter for letter, what this module writes
for them. So no command that somebody put into a file is ever run.
"""

from __future__ import annotations

import re
import textwrap
from fractions import Fraction
from pathlib import Path

from lt_proofs.coq.instances import Instance, grid_text
from lt_proofs.coq.laws import laws
from lt_proofs.errors import LtProofsError, Malformed
from lt_proofs.exact.rational import rational_text
from lt_proofs.files import read_bytes

FILE = "Instance.v"
"""The name of an instance beside a ticket, and where coqc runs."""
MAX_BYTES = 1 << 20
MAX_DIGITS = 10_000
WIDTH = 112
VALUE = re.compile(r"^Definition (\w+) := (\[:: [0-9; ]+\]|\w+)%?\w*\.", re.MULTILINE | re.ASCII)

TEMPLATE = """\
(* {words}

   Coq decides the inequalities between whole numbers of [numbers] by computing; Theorem 1 of LT does the rest. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From LT Require Import {modules}.
Local Open Scope ring_scope.

(* what the network is: weights are odd multiples of 1/(2 q), layer i has units_i hidden units for each input *)
Definition q := {q}%num.
Definition target_widths := {widths}%num.
Definition units_per_input := {units}%num.
(* what is proved of it: the tolerance eps_1/eps_2 and the share delta_1/delta_2 of bad networks *)
Definition eps_1 := {eps_1}%num.
Definition eps_2 := {eps_2}%num.
Definition delta_1 := {delta_1}%num.
Definition delta_2 := {delta_2}%num.
(* how it is proved: the law of subset sums, its starting cells, and the layers' shares of the error and of delta *)
Definition law_used := {law}.
Definition starts := {starts}%num.
Definition error_total := {total}%num.
Definition errors := {errors}%num.
Definition failure_total := {chances}%num.
Definition failures := {failures}%num.

Lemma numbers : check law_used q eps_1 eps_2 delta_1 delta_2 target_widths units_per_input starts
  error_total errors failure_total failures.
Proof. by vm_compute. Qed.

Theorem instance (R : rcfType) :
  contains_tickets (nat_of_bin q) {depth} (widths target_widths) (units units_per_input)
    ((nat_of_bin eps_1)%:R / (nat_of_bin eps_2)%:R : R) ((nat_of_bin delta_1)%:R / (nat_of_bin delta_2)%:R : R).
Proof. exact: theorem_1_checked ({law}_holds R) numbers. Qed.

Print Assumptions instance.
"""


def says(instance: Instance) -> str:
    """Return what an instance says, in one paragraph."""
    widths = "-".join(map(str, instance.widths))
    units = ", ".join(map(str, instance.units))
    return (
        f"Theorem 1 for the widths {widths}. Take all random networks of these widths with {units} hidden units for each "
        f"input of the layers, in this order, every weight being one of the odd multiples of {instance.grid} in (-1, 1). "
        f"At most the share {rational_text(instance.delta)} of them is bad. For every other one, and for every ReLU "
        f"network of widths {widths} without biases whose matrices have spectral norm at most 1, some pruning differs "
        f"from that network by less than {rational_text(instance.eps)} in Euclidean norm, for all inputs of norm at most 1."
    )


def modules_of(instance: Instance) -> list[str]:
    """Return the modules of LT that the file of an instance requires."""
    return list(dict.fromkeys(["theorem_1", "theorem_1_checked", instance.law.file]))


def instance_text(instance: Instance) -> str:
    """Return the Coq file of an instance."""

    def listed(values: tuple[int, ...]) -> str:
        return f"[:: {'; '.join(map(str, values))}]"

    return TEMPLATE.format(
        words=textwrap.fill(says(instance), WIDTH, subsequent_indent="   "),
        modules=" ".join(modules_of(instance)),
        q=instance.q,
        widths=listed(instance.widths),
        units=listed(instance.units),
        depth=len(instance.units),
        eps_1=instance.eps.numerator,
        eps_2=instance.eps.denominator,
        delta_1=instance.delta.numerator,
        delta_2=instance.delta.denominator,
        law=instance.law.name,
        starts=listed(instance.starts),
        total=instance.total,
        errors=listed(instance.errors),
        chances=instance.chances,
        failures=listed(instance.failures),
    )


def read_instance(path: Path) -> Instance:
    """Return the instance of a file; raise Malformed unless the file is what `instance_text` writes for its numbers."""
    content = read_bytes(path, MAX_BYTES, follow_links=False)
    try:
        text = content.decode("ascii")
        found = dict(VALUE.findall(text))
        instance = _of(found)
    except (UnicodeDecodeError, KeyError, ValueError, ZeroDivisionError):
        raise Malformed(path, "it lacks the numbers of an instance of Theorem 1") from None
    if instance_text(instance) != text:
        raise Malformed(path, "it is not the file that lt-proofs export --coq-theorem writes for its numbers")
    return instance


def _of(found: dict[str, str]) -> Instance:
    """Return the instance of the values of a file; raise KeyError or ValueError where one is missing or no number."""

    def one(name: str) -> int:
        if len(found[name]) > MAX_DIGITS:
            raise ValueError
        return int(found[name])

    def many(name: str) -> tuple[int, ...]:
        parts = found[name].removeprefix("[:: ").removesuffix("]").split("; ")
        if any(len(part) > MAX_DIGITS for part in parts):
            raise ValueError
        return tuple(map(int, parts))

    law = {law.name: law for law in laws()}[found["law_used"]]
    return Instance(
        law,
        one("q"),
        Fraction(one("eps_1"), one("eps_2")),
        Fraction(one("delta_1"), one("delta_2")),
        many("target_widths"),
        many("units_per_input"),
        many("starts"),
        one("error_total"),
        many("errors"),
        one("failure_total"),
        many("failures"),
    )
