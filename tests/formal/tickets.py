"""A ticket of the program as a file for Coq: its target, its kept hidden units, and bounds in whole numbers."""

from fractions import Fraction
from math import isqrt

from lt_proofs.networks.random_network import ONE

# units of the bounds, and how often a matrix is multiplied by its transpose
S, STEPS = 1 << 20, 4

HEAD = """From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From LT Require Import norms networks a_posteriori cells matrix_norms ticket_checked biases ticket_biases.
Import GRing.Theory Num.Theory.
Local Open Scope Z_scope.
"""
THEOREM = """Lemma checked : {check} = true.
Proof. vm_cast_no_check (erefl true). Qed.
Theorem ticket_is_close (R : rcfType) (w : network (nat_of_bin half_Q) (size layers) {widths} units) : drawn w ->
  forall x : 'I_(widths 0%N) -> R, (norm x <= 1)%R ->
  (norm (fun o => net {target} x (leqnn (size layers)) o
     - toR R (factors layers) * net (ticket w (blocks (@kept_edges {widths} units layers))) {input}
         (leqnn (size layers)) {output}) <= toR R e1 / toR R e2)%R.
Proof. exact: {theorem} checked w. Qed.
Print Assumptions ticket_is_close.
"""
WITHOUT_BIASES = {
    "check": "ticket_check (Z.of_N (N.add half_Q half_Q)) T S widths units layers e1 e2",
    "widths": "widths",
    "target": "(apply (@target_of R T widths layers))",
    "input": "x",
    "output": "o",
    "theorem": "ticket_checked",
}
WITH_BIASES = {
    "check": "biases_check (Z.of_N (N.add half_Q half_Q)) T S carrying widths units layers e1 e2",
    "widths": "(carried widths carrying)",
    "target": "(@biased_target R T carrying widths layers)",
    "input": "(extend (m := carrying) x)",
    "output": "(lshift _ o)",
    "theorem": "ticket_biases_checked",
}


def root_above(number, power):
    """The least integer whose power is at least the number."""
    low, high = -1, 1 << (number.bit_length() // power + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if middle**power >= number else (middle, high)
    return high


def outer(rows):
    return [[sum(a * b for a, b in zip(r, s, strict=True)) for s in rows] for r in rows]


def squares(rows):
    return sum(a * a for row in rows for a in row)


def ceil(number):
    return -((-number.numerator) // number.denominator)


def listed(entries, one=str):
    return "[:: " + "; ".join(map(one, entries)) + "]" if entries else "[::]"


def witness(rows, unit):
    """A norm_witness of a matrix of fractions, with a coarse matrix in units of 1/unit, and the bound that it shows."""
    coarse = [[round(w * unit) for w in row] for row in rows]
    power = coarse
    for _ in range(STEPS):
        power = outer(power)
    norm = root_above(squares(power), 2 << STEPS)
    changed = [[w - Fraction(c, unit) for w, c in zip(*both, strict=True)] for both in zip(rows, coarse, strict=True)]
    rest = squares(changed)
    rounding = isqrt(ceil(rest * S * S)) + 1
    bound = ceil(Fraction(norm * S, unit)) + rounding
    return f"(NormWitness {listed(coarse, listed)} {unit} {STEPS}%N {norm} {rounding} {bound})", Fraction(bound, S)


def kept_units(pair):
    """For each output and input the kept hidden units, their numbers among those of the input, and two weights each."""
    layer = pair.layer
    assert len(layer.added) == 0
    kept = [[[] for _ in range(layer.columns)] for _ in range(layer.rows)]
    first, (outputs, numbers) = layer.first_weights(), (pair.dense_edges() & pair.units).nonzero()
    second = layer.second_weights(outputs, numbers)
    for o, u, b in zip(outputs.tolist(), numbers.tolist(), second.tolist(), strict=True):
        kept[o][u % layer.columns].append((u // layer.columns, int(first[u]), b))
    return kept


def errors(rows, kept, factor, is_first):
    """The matrix of errors that positive inputs meet, and behind it that of negative inputs."""

    def error(w, units, sign):
        return w - Fraction(factor * sign * sum(b * max(0, sign * a) for _, a, b in units), ONE * ONE)

    return [
        [error(*entry, 1) for entry in zip(row, units, strict=True)]
        + [error(*entry, -1) if is_first else Fraction(0) for entry in zip(row, units, strict=True)]
        for row, units in zip(rows, kept, strict=True)
    ]


def ticket_text(ticket, target, slack=0, carrying=0):
    """The text of a Coq file that proves the error of a ticket, and the error as a fraction.

    ``target`` holds the matrices as lists of fractions; with a slack, in millionths, the file claims a smaller error.
    The first ``carrying`` matrices have the biases as last columns, and all of these but the last carry the constant 1.
    """
    unit = max(w.denominator for rows in target for row in rows for w in row)
    lines = [HEAD + f"Definition half_Q : N := {ONE // 2}%num.\nDefinition T : Z := {unit}.\nDefinition S : Z := {S}."]
    grown, error = Fraction(1), Fraction(0)
    for number, (pair, rows) in enumerate(zip(ticket.pairs, target, strict=True)):
        kept, factor = kept_units(pair), 1 << pair.scale
        norm, bound = witness(rows, 1 << 12)
        error_norm, own = witness(errors(rows, kept, factor, number == 0), 1 << 18)
        grown, error = grown * (bound + own), bound * error + own * grown
        whole = listed(rows, lambda row: listed([int(w * unit) for w in row]))
        units = listed(kept, lambda row: listed(row, lambda us: listed(us, lambda u: f"({u[0]}%N, ({u[1]}, {u[2]}))")))
        lines.append(
            f"Definition layer{number} : kept_layer := KeptLayer {factor} {whole} {units} {norm} {error_norm}."
        )
    # with a constant, inputs of norm at most 1 become as long as the root of 2
    largest = Fraction(isqrt(2 * 10**20) + 1, 10**10) if carrying else 1
    claimed = ceil(error * largest * 10**6) - slack
    lines += [f"Definition e1 : Z := {claimed}.\nDefinition e2 : Z := {10**6}."]
    widths, hidden = [len(target[0][0]), *map(len, target)], [pair.layer.n for pair in ticket.pairs]
    widths = [width - (i < carrying) for i, width in enumerate(widths)]
    for name, numbers in (("widths", widths), ("units", hidden)):
        lines.append(f"Definition {name} (i : nat) : nat := nth 0%N {listed(numbers)}%N i.")
    lines.append(f"Definition carrying : nat := {carrying}%N.")
    lines.append(f"Definition layers : seq kept_layer := {listed([f'layer{i}' for i in range(len(hidden))])}.")
    theorem = THEOREM.format(**(WITH_BIASES if carrying else WITHOUT_BIASES))
    return "\n".join(lines) + "\n" + theorem, Fraction(claimed, 10**6)
