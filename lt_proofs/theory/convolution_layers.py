"""From one weight to a convolutional network, in the maximum norm and in the Euclidean one; and what is necessary.

Mathematics 9.5, 9.6 and 9.10.
"""

from __future__ import annotations

from lt_proofs.terms import Judgement, Term, encode, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant
from lt_proofs.theory.counting import counting, log2
from lt_proofs.theory.laws import GADGET
from lt_proofs.theory.layers import BOTH, FAST, INSTANCES, ONE_SIGN
from lt_proofs.theory.numbers import least
from lt_proofs.theory.theorem_1 import BUDGET
from lt_proofs.theory.weighted import NARROW, factor
from lt_proofs.theory.weighted_layers import LINK, LINK_ONE, RATE, SMALL

k, d, e, G, M, N, l, eps, delta, p, s = symbols("k d e G M N l eps delta p s")  # noqa: E741 - the depth
SUP, EUCLID = "sup", "euclid"
SHAPE = "k in [1, oo), d in [1, oo), e in [1, oo), G in [1, oo), M in [1, oo)"
SIGNS = {BOTH: LINK, ONE_SIGN: LINK_ONE}
ENTRIES = G * k * d * e
"""Entries of a kernel: each of the e outputs of a group reads d inputs by k taps."""
GROWTH = {SUP: k * d, EUCLID: call("sqrt", M * k * d * e)}
"""By how much the error of a layer exceeds that of its entries, in each norm."""
SQUARES = {SUP: k**3 * d**3 * e * G, EUCLID: M * k**2 * d**2 * e**2 * G}
"""The square of this, times the number of entries."""
WORDS = {SUP: "in the maximum norm", EUCLID: "in the Euclidean norm"}
ID = {SUP: "sup", EUCLID: "l2"}


def one_convolution(units: Term, norm: str, signs: str) -> Judgement:
    """Return the judgement that a random 1 x 1 convolution and a second one replace a convolution."""
    return Judgement.of(
        "conv-layer", domain=parse_domain(f"{SHAPE}, {SMALL}"), hypotheses=(), law=GADGET, norm=norm, taps=k, inputs=d,
        outputs=e, groups=G, reads=M, signs=signs, tolerance=eps, failure=delta, units=units,
    )  # fmt: skip


def layer_units(norm: str, signs: str, rate: Term = RATE, chance: Term | int = delta) -> Term:
    """Return the units of one weight at the entries' tolerance and failure, for a whole layer (Mathematics 9.5)."""
    return call("log", factor(NARROW) * INSTANCES[signs] * SQUARES[norm] / (eps**2 * chance)) / rate


def layer_claim(norm: str, signs: str) -> Claim:
    """Return the claim about one convolution."""
    link, one = SIGNS[signs], "" if signs == BOTH else "-one-sign"
    stated = one_convolution(layer_units(norm, signs), norm, signs)
    at = {"eps": encode(eps / GROWTH[norm]), "delta": encode(delta / ENTRIES)}
    needed = least(stated, "units", k=25, d=6, e=16, G=1, M=25)
    return Claim(
        id=f"conv-layer-{ID[norm]}{one}",
        title=f"One convolution{'' if signs == BOTH else ' behind a ReLU'} {WORDS[norm]}",
        judgement=stated,
        plan=Plan("convolve", ((link.judgement, link.plan),), {"at": at}),
        place="Not in the paper; Mathematics 9.5",
        changes=(
            "As l2-weighted, for a convolution of any stride, dilation and padding: the hidden channels come from a "
            "convolution with one tap, so that all positions share their weights."
        ),
        witness=f"5 x 5 taps, 6 to 16 channels, eps = delta = 1/100: {needed} hidden channels for each input channel.",
        proof=(
            f"Masks make each entry of the kernel ({link.id}), and a union bound runs over the G k d e entries. Errors "
            "of t in each entry make an error of "
            + ("k d t, the sum over what an output reads." if norm == SUP else "sqrt(M k d e) t (conv-norm-signs).")
        ),
        plants=(
            Plant("the divisor replaced by ln 8", one_convolution(layer_units(norm, signs, FAST), norm, signs)),
            Plant("delta omitted", one_convolution(layer_units(norm, signs, chance=1), norm, signs)),
        ),
        premises=(link.id,),
    )


LAYERS = {(norm, signs): layer_claim(norm, signs) for norm in (SUP, EUCLID) for signs in (BOTH, ONE_SIGN)}
CONVOLUTIONS = tuple(LAYERS.values())


def network(first: Term, later: Term, norm: str, signs: str) -> Judgement:
    """Return the judgement about a convolutional network: hidden channels per input channel of its layers."""
    where = f"{SHAPE}, l in [1, oo), eps in (0, 1/3], delta in (0, 1)"
    return Judgement.of(
        "conv-network", domain=parse_domain(where), hypotheses=(), law=GADGET, norm=norm, taps=k, inputs=d, outputs=e,
        groups=G, reads=M, depth=l, signs=signs, error=eps, failure=delta, units=first, later=later,
    )  # fmt: skip


def network_units(norm: str, signs: str, rate: Term = RATE, chance: Term | int = delta) -> Term:
    """Return the units of a convolution at the error ln(1 + eps)/l and failure delta/l (Mathematics 9.6)."""
    return call("log", factor(NARROW) * INSTANCES[signs] * SQUARES[norm] * l**3 / (BUDGET**2 * chance)) / rate


NORM_WORDS = {
    SUP: "Each output's weights have absolute values of sum at most 1, which bounds the norm (conv-norm-outputs).",
    EUCLID: "The Euclidean norm of each convolution is at most 1, as conv-norm-entries and the like certify.",
}


def network_claim(norm: str, signs: str) -> Claim:
    """Return theorem-1-conv in a norm, for images with or without negative entries."""
    first, later = LAYERS[norm, signs], LAYERS[norm, ONE_SIGN]
    stated = network(network_units(norm, signs), network_units(norm, ONE_SIGN), norm, signs)
    at = {"eps": encode(BUDGET / l), "delta": encode(delta / l)}
    data = {"share": encode(BUDGET / l), "first": at, "later": at}
    second = least(stated, "later", l=5, k=25, d=6, e=16, G=1, M=25)
    return Claim(
        id=f"theorem-1-conv{'' if norm == SUP else '-l2'}{'' if signs == BOTH else '-one-sign'}",
        title=f"Theorem 1 for convolutional networks {WORDS[norm]}"
        + ("" if signs == BOTH else ", for images without negative entries"),
        judgement=stated,
        plan=Plan(
            "stack-convolutions", ((first.judgement, first.plan), (later.judgement, later.plan)), data
        ),
        place="Not in the paper; Mathematics 9.6",
        changes=(
            f"As theorem-1-weighted, with hidden channels for hidden units. {NORM_WORDS[norm]} Poolings that do not "
            "increase distances may stand between the layers."
        ),
        witness=(
            "The second of five layers, 5 x 5 taps, 6 to 16 channels, eps = delta = 1/100: "
            f"{second} hidden channels for each input channel."
        ),
        proof=(
            f"Each layer gets the error ln(1 + eps)/l and the failure probability delta/l ({first.id}"
            + ("" if signs == ONE_SIGN else f" and, behind the first, {later.id}")
            + "). The norms are at most 1, so the errors compose to less than eps, as in l3-log."
        ),
        plants=(
            Plant("the divisor replaced by ln 8", network(
                network_units(norm, signs, FAST), network_units(norm, ONE_SIGN, FAST), norm, signs
            )),
            Plant("delta omitted", network(
                network_units(norm, signs, chance=1), network_units(norm, ONE_SIGN, chance=1), norm, signs
            )),
            Plant("delta omitted behind the first layer", network(
                network_units(norm, signs), network_units(norm, ONE_SIGN, chance=1), norm, signs
            )),
        ),
        premises=(first.id,) if signs == ONE_SIGN else (first.id, later.id),
    )  # fmt: skip


THEOREMS = tuple(network_claim(norm, signs) for norm in (SUP, EUCLID) for signs in (BOTH, ONE_SIGN))

SOME = "N in [1, oo), eps in (0, 1), s in (0, 1], p in [0, oo)"
BITS = N * log2(1 / eps)


def pruning(bound: Term) -> Judgement:
    """Return the judgement that random networks whose prunings reach all kernels have so many bits of prunings."""
    return Judgement.of(
        "conv-pruning", domain=parse_domain(SOME), entries=N, bits=p, closeness=eps, success=s,
        conclusion=p >= bound,
    )  # fmt: skip


def over_kernels() -> Plan:
    """Return the plan that averages over the unit ball of kernels."""
    share = eps**N
    volume = Judgement.of(
        "volume", domain=parse_domain(SOME), dimension=N, diameter=2 * eps, share=share
    )  # fmt: skip
    counted = counting(SOME, share, p, s, BITS + log2(s))
    return Plan("over-kernels", ((volume, Plan("brunn-minkowski")), (counted, Plan("average"))))


NECESSARY = Claim(
    id="theorem-2-conv",
    title="Theorem 2 for convolutions",
    judgement=pruning(BITS + log2(s)),
    plan=over_kernels(),
    place="Theorem 2 of the paper, for convolutions; Mathematics 9.10",
    changes=(
        "As theorem-2, with the N entries of a kernel for the d^2 entries of a matrix, and in any norm of images: with "
        "s = 1/2, at least N log2(1/eps) - 1 weights; N = G k d e for k taps and G groups of d x e channels."
    ),
    witness="3 x 3 taps, 16 to 16 channels, eps = 1/100, s = 1/2: 15306 weights, six for each entry of the kernel.",
    proof=(
        "A kernel is a point of a space of N dimensions, in which the norm of the convolution is a norm, for "
        "different kernels make different maps. The kernels within eps of one function have diameter 2 eps there, so "
        "at most the share eps^N of the unit ball. Average over the ball, as in theorem-2."
    ),
    plants=(
        Plant("the term log2(s) replaced by 1", pruning(BITS + 1)),
        Plant("eps replaced by eps/8", pruning(N * log2(8 / eps) + log2(s))),
    ),
    premises=("p2-volume", "p3"),
)
