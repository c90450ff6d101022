"""An instance of a theorem of formal/ as a Coq file, written and read again.

The file says in words what it proves; Coq decides the inequalities by computing, and Print Assumptions must find no
axiom. A file is read by its numbers only: it counts as an instance if it is, letter for letter, what this module writes
for them. So no command that somebody put into a file is ever run.
"""

from __future__ import annotations

import re
import textwrap
from fractions import Fraction
from pathlib import Path

from lt_proofs.coq.instance import Instance
from lt_proofs.coq.laws import laws
from lt_proofs.errors import Malformed
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

   Coq decides the inequalities between whole numbers of [numbers] by computing; a theorem of LT does the rest. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From LT Require Import {modules}.
Local Open Scope ring_scope.

(* what the network is: weights are odd multiples of 1/(2 q); hidden units for each input, layer by layer *)
Definition q := {q}%num.
Definition target_widths := {widths}%num.
Definition units_per_input := {units}%num.
(* what is proved of it: the share delta_1/delta_2 of bad networks, and {what} *)
Definition delta_1 := {delta_1}%num.
Definition delta_2 := {delta_2}%num.
{named}Definition error_total := {total}%num.
Definition errors := {errors}%num.
(* how it is proved: the law of subset sums, its starting cells, and the layers' shares of delta *)
Definition law_used := {law}.
Definition starts := {starts}%num.
Definition failure_total := {chances}%num.
Definition failures := {failures}%num.

Lemma numbers : {check}
  error_total errors failure_total failures.
Proof. by vm_compute. Qed.

Theorem instance (R : rcfType) :
  {conclusion}
    {error} ((nat_of_bin delta_1)%:R / (nat_of_bin delta_2)%:R : R).
Proof. exact: {theorem} ({law}_holds R) numbers. Qed.

Print Assumptions instance.
"""
THEOREM_1 = {
    "what": "the tolerance eps_1/eps_2, of which the layers have the shares errors/error_total",
    "check": "check law_used q eps_1 eps_2 delta_1 delta_2 target_widths units_per_input starts",
    "conclusion": (
        "contains_tickets (nat_of_bin q) (size units_per_input) (widths target_widths) (units units_per_input)"
    ),
    "error": "((nat_of_bin eps_1)%:R / (nat_of_bin eps_2)%:R : R)",
    "theorem": "theorem_1_checked",
}
EVERY_WEIGHT = {
    "what": "the tolerances of the layers, errors/error_total, for sums times the factors",
    "check": "check_weights law_used q delta_1 delta_2 target_widths units_per_input starts factors",
    "conclusion": (
        "reaches_every_multiple (nat_of_bin q) (size units_per_input) (widths target_widths) (units units_per_input)"
    ),
    "error": "(factor factors R) (tolerance error_total errors R)",
    "theorem": "every_weight_checked",
}


def says(instance: Instance) -> str:
    """Return what an instance says, in one paragraph."""
    widths = "-".join(map(str, instance.widths))
    head = (
        f"Take all random networks of widths {widths} with {', '.join(map(str, instance.units))} hidden units for each "
        "input of the layers, in this order, every weight being one of the odd multiples of "
        f"{instance.grid} in (-1, 1). At most the share {rational_text(instance.delta)} of them is bad. "
    )
    if instance.eps is None:
        tolerances = ", ".join(rational_text(Fraction(error, instance.total)) for error in instance.errors)
        factors = ", ".join(map(str, instance.factors))
        return (
            f"The width of a ticket with the widths {widths}. {head}In every other one, for each weight and each sign "
            "of its input, every number in [-f, f] is within the tolerance of the layer of f times a subset sum of the "
            "products of the paths from the input to the output, f being the factor of the layer; the tolerances are "
            f"{tolerances}, the factors {factors}."
        )
    return (
        f"Theorem 1 for the widths {widths}. {head}For every other one, and for every ReLU network of widths {widths} "
        "without biases whose matrices have spectral norm at most 1, some pruning differs from that network by less "
        f"than {rational_text(instance.eps)} in Euclidean norm, for all inputs of norm at most 1."
    )


def modules_of(instance: Instance) -> list[str]:
    """Return the modules of LT that the file of an instance requires."""
    kind = [] if instance.eps is not None else ["every_weight"]
    return list(dict.fromkeys(["theorem_1", "theorem_1_checked", instance.law.file, *kind]))


def instance_text(instance: Instance) -> str:
    """Return the Coq file of an instance."""

    def listed(values: tuple[int, ...]) -> str:
        return f"[:: {'; '.join(map(str, values))}]"

    if instance.eps is None:
        kind, named = EVERY_WEIGHT, f"Definition factors := {listed(instance.factors)}%num.\n"
    else:
        p, q = instance.eps.as_integer_ratio()
        kind, named = THEOREM_1, f"Definition eps_1 := {p}%num.\nDefinition eps_2 := {q}%num.\n"
    return TEMPLATE.format(
        **kind,
        named=named,
        words=textwrap.fill(says(instance), WIDTH, subsequent_indent="   "),
        modules=" ".join(modules_of(instance)),
        q=instance.q,
        widths=listed(instance.widths),
        units=listed(instance.units),
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
        raise Malformed(path, "it lacks the numbers of a theorem of formal/") from None
    if instance_text(instance) != text:
        raise Malformed(path, "it is not the file that lt-proofs writes for its numbers")
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
        Fraction(one("eps_1"), one("eps_2")) if "eps_1" in found else None,
        Fraction(one("delta_1"), one("delta_2")),
        many("target_widths"),
        many("units_per_input"),
        many("starts"),
        one("error_total"),
        many("errors"),
        one("failure_total"),
        many("failures"),
        many("factors") if "factors" in found else (),
    )
