"""The problems of benchmarks/inequalities.py given to SMT solvers: ``python benchmarks/inequality_peers.py SOLVER``.

SOLVER is z3 or cvc5, from the interpreter that LT_PROOFS_PEERS names (pip install z3-solver cvc5; this one if it names
none). Each problem is written in SMT-LIB: is there a point of the box at which the relation fails? A logarithm, root or
power is a new variable with its defining equation; z3 has no exponential, sine or arcus tangent, so it is not asked
about problems with them. A solver's answer is not a certificate: nothing but the solver checks it. The limit is in
seconds of processor time, the same as for `prove`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lt_proofs.proof.statement import judgements
from lt_proofs.terms import Apply, Number, Symbol, Term

HERE = Path(__file__).resolve().parent
PROBLEMS = HERE.parent / "tests" / "inequalities" / "peers.json"
LIMIT = 2
TRANSCENDENTAL = {"exp": "exp", "sin": "sin", "cos": "cos", "atan": "arctan"}
SOLVE = {
    "z3": "import sys, z3; s = z3.Solver(); s.from_file(sys.argv[1]); print(s.check())",
    "cvc5": (
        "import sys, cvc5\n"
        "s = cvc5.Solver(); p = cvc5.InputParser(s); p.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, sys.argv[1])\n"
        "m = p.getSymbolManager()\n"
        "c = p.nextCommand()\n"
        "while not c.isNull():\n"
        "    print(c.invoke(s, m), end=''); c = p.nextCommand()\n"
    ),
}


class Unwritable(Exception):
    """The solver has no word for a function of the problem."""


class Script:
    """An SMT-LIB script that grows with the terms that it is given."""

    def __init__(self, solver: str) -> None:
        self.solver, self.lines, self.count = solver, [], 0

    def fresh(self, *facts: str) -> str:
        """A new variable with facts about it, in which it is written as @."""
        self.count += 1
        name = f"aux_{self.count}"
        self.lines += [f"(declare-const {name} Real)", *(f"(assert {fact.replace('@', name)})" for fact in facts)]
        return name

    def term(self, term: Term) -> str:
        """The text of a term."""
        if isinstance(term, Number):
            size = f"(/ {abs(term.value.numerator)}.0 {term.value.denominator}.0)"
            return size if term.value >= 0 else f"(- {size})"
        if isinstance(term, Symbol) and term.name == "pi":
            if self.solver == "z3":
                raise Unwritable("pi")
            return "real.pi"
        if isinstance(term, Symbol):
            return f"v_{term.name}"
        if not isinstance(term, Apply):
            raise TypeError(f"not a term: {term!r}")
        return self.applied(term.head, [self.term(arg) for arg in term.args], term)

    def applied(self, head: str, args: list[str], term: Apply) -> str:
        """The text of a function of terms."""
        if head in TRANSCENDENTAL and self.solver == "cvc5":
            return f"({TRANSCENDENTAL[head]} {args[0]})"
        if head == "log" and self.solver == "cvc5":
            return self.fresh(f"(= (exp @) {args[0]})")
        if head == "sqrt":
            return self.fresh("(>= @ 0)", f"(= (* @ @) {args[0]})")
        if head == "abs":
            return f"(ite (>= {args[0]} 0) {args[0]} (- {args[0]}))"
        if head in ("min", "max"):
            sign = "<=" if head == "min" else ">="
            found = args[0]
            for arg in args[1:]:
                found = f"(ite ({sign} {found} {arg}) {found} {arg})"
            return found
        if head == "^":
            return self.power(args, term.args[1])
        if head in ("+", "-", "*", "/"):
            return f"({head} {' '.join(args)})"
        raise Unwritable(head)

    def power(self, args: list[str], exponent: Term) -> str:
        """A power: products, roots, or an exponential of a logarithm."""
        if isinstance(exponent, Number):
            value = exponent.value
            base = args[0]
            if value.denominator > 1:
                base = self.fresh("(>= @ 0)", f"(= (* 1 {' '.join(['@'] * value.denominator)}) {args[0]})")
            whole = f"(* 1.0 {' '.join([base] * abs(value.numerator))})" if value else "1.0"
            return whole if value >= 0 else f"(/ 1.0 {whole})"
        if self.solver != "cvc5":
            raise Unwritable("^")
        return f"(exp (* {args[1]} {self.fresh(f'(= (exp @) {args[0]})')}))"


def scripts(entry: dict[str, Any], solver: str) -> Iterator[str]:
    """One script for each judgement of a problem; unsat says that it is true."""
    for judgement in judgements(entry["relation"], entry["where"]):
        script = Script(solver)
        domain = judgement["domain"]
        script.lines = ["(set-logic ALL)", *(f"(declare-const v_{name} Real)" for name in domain.names)]
        for r in domain.ranges:
            if r.low is not None:
                sign = "<=" if r.opening == "[" else "<"
                script.lines.append(f"(assert ({sign} {script.term(r.low)} v_{r.name}))")
            if r.high is not None:
                sign = "<=" if r.closing == "]" else "<"
                script.lines.append(f"(assert ({sign} v_{r.name} {script.term(r.high)}))")
        for h in judgement["hypotheses"]:
            script.lines.append(f"(assert ({h.sign} {script.term(h.left)} {script.term(h.right)}))")
        c = judgement["conclusion"]
        text = f"(assert (not ({c.sign} {script.term(c.left)} {script.term(c.right)})))"
        yield "\n".join([*script.lines, text, "(check-sat)", ""])


def asked(solver: str, text: str) -> str:
    """What a solver says of a script: unsat, sat, unknown, or over when it used up its time."""
    python = os.environ.get("LT_PROOFS_PEERS", sys.executable)
    with tempfile.NamedTemporaryFile("w", suffix=".smt2") as file:
        file.write(text)
        file.flush()
        limited = f'ulimit -t {LIMIT + 1}; exec "$0" -c "$1" "$2"'  # a second more, in which it starts
        done = subprocess.run(
            ["bash", "-c", limited, python, SOLVE[solver], file.name], capture_output=True, text=True, timeout=300
        )
    words = done.stdout.split()
    return words[-1] if words and words[-1] in ("sat", "unsat", "unknown") else "over"


def main(arguments: list[str]) -> int:
    """Print what the solver says of each problem, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("solver", choices=sorted(SOLVE))
    parser.add_argument("file", nargs="?", type=Path, default=PROBLEMS)
    options = parser.parse_args(arguments)
    counts: dict[str, int] = {}
    for entry in json.loads(options.file.read_text("utf-8")):
        try:
            answers = [asked(options.solver, text) for text in scripts(entry, options.solver)]
        except Unwritable:
            answers = ["not written"]
        found = answers[0] if len(set(answers)) == 1 else "sat" if "sat" in answers else "unknown"
        right = found == ("unsat" if entry["truth"] else "sat")
        verdict = "right" if right else "WRONG" if found in ("sat", "unsat") else found
        counts[verdict] = counts.get(verdict, 0) + 1
        sys.stdout.write(f"{verdict:12} {entry['id']}\n")
        sys.stdout.flush()
    sys.stdout.write(json.dumps({"solver": options.solver, **counts, "certificates": 0}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
