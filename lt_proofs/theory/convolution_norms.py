"""Norms of convolutions by measures of their kernels, and by how much pooling stretches distances.

Mathematics 9.3 and 9.7.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant

k, M, m, F, j = symbols("k M m F j")
COUNTS = "k in [1, oo), M in [1, oo), m in [1, oo), F in [0, oo)"
WINDOWS = "k in [1, oo), j in [1, oo), M in [1, oo)"


def norm(measure: str, bound: Term, layer: str = "linear", kind: str = "euclid") -> Judgement:
    """State a bound of the norm of a convolution by a measure F of its kernel."""
    return Judgement.of(
        "convolution", domain=parse_domain(COUNTS), hypotheses=(), layer=layer, norm=kind, measure=measure, taps=k,
        reads=M, most=m, size=F, bound=bound,
    )  # fmt: skip


def norm_claim(
    name: str, title: str, stated: Judgement, witness: str, proof: str, *plants: Plant, changes: str = ""
) -> Claim:
    """Return the claim of a bound of norms."""
    return Claim(
        id=name,
        title=title,
        judgement=stated,
        plan=Plan("kernel-norm"),
        place="Not in the paper; Mathematics 9.3",
        changes=changes or "The paper has no convolutions. A matrix of a fully connected layer is the case of one tap.",
        witness=witness,
        proof=proof,
        plants=plants,
    )


ROOT_M, ROOT_K, ROOT_SMALL = call("sqrt", M), call("sqrt", k), call("sqrt", m)
CIRCULANT = "The kernel (1, 1) on a circle of two points: F = sqrt(2) and M = 2, and the norm is 2."
SIGNED = "The error of a masked random layer is such a convolution: it may differ for the two signs of its input."
NORMS = (
    norm_claim(
        "conv-norm-entries", "A convolution's norm by the entries of its kernel", norm("entries", ROOT_M * F),
        CIRCULANT,
        "By the Cauchy-Schwarz inequality |y_q|^2 is at most F^2 times the sum of |x_p|^2 over the pixels that q "
        "reads, and each pixel is read M times at most.",
        Plant("sqrt(M) omitted", norm("entries", F)),
        Plant("the maximum norm instead of the Euclidean", norm("entries", F, kind="sup")),
        Plant("m, the reads by one tap, instead of M", norm("entries", ROOT_SMALL * F)),
    ),
    norm_claim(
        "conv-norm-rows", "A convolution's norm by the matrix of its taps side by side", norm("rows", ROOT_M * F),
        CIRCULANT,
        "y_q is this matrix times the patch that q reads, and the patches together have M times the square of |x|.",
        Plant("sqrt(M) omitted", norm("rows", F)),
        Plant("m, the reads by one tap, instead of M", norm("rows", ROOT_SMALL * F)),
    ),
    norm_claim(
        "conv-norm-columns", "A convolution's norm by the matrix of its taps one below the other",
        norm("columns", call("sqrt", k * m) * F),
        "The kernel (1, 1) on a circle of two points: F = sqrt(2), and the norm is 2 = sqrt(2) F.",
        "The adjoint reads each output by one entry for each tap, m times at most; then as for the taps side by side.",
        Plant("sqrt(k m) omitted", norm("columns", F)),
        Plant("sqrt(m) instead of sqrt(k m)", norm("columns", ROOT_SMALL * F)),
    ),
    norm_claim(
        "conv-norm-taps", "A convolution's norm by the norms of its taps", norm("taps", ROOT_SMALL * F),
        "The kernel (1, 1) on a circle of two points: F = 2 and m = 1, and the norm is 2.",
        "The convolution is a sum over the taps; each pixel is read m times at most by one tap, which makes sqrt(m).",
        Plant("sqrt(m) omitted", norm("taps", F)),
        Plant("the largest instead of the sum: F divided by the number of taps", norm("taps", ROOT_SMALL * F / k)),
    ),
    norm_claim(
        "conv-norm-torus", "A zero-padded convolution's norm by a circular one on a larger torus", norm("torus", F),
        "The kernel (1, 0, -1) on two pixels, padded by one at both ends: norm 1; on the circle of four points: 2.",
        "On the torus of the padded image the same sums occur, for images that are zero on the padding; a stride "
        "leaves out some of them.",
        Plant("the torus as large as the image without its padding", norm("circle", F)),
        Plant("a hundredth less than that norm", norm("torus", Fraction(99, 100) * F)),
    ),
    norm_claim(
        "conv-norm-outputs", "A convolution's maximum norm by what each output reads", norm("outputs", F, kind="sup"),
        "The kernel (1, 1) on two pixels that are both 1: F = 2, and the output is 2.",
        "|y_q| is at most the sum of the absolute values of what it reads, times the largest |x_p|.",
        Plant("F divided by the square root of the number of taps", norm("outputs", F / ROOT_K, kind="sup")),
        Plant("a hundredth less", norm("outputs", Fraction(99, 100) * F, kind="sup")),
    ),
    norm_claim(
        "conv-norm-signs", "A convolution that depends on signs: its norm by the larger entries",
        norm("larger", ROOT_M * F, "signed"), "E = 1 and N = -1 on one pixel: y = |x|, F = 1 and M = 1.",
        "At each pixel and channel one sign is active, so only one of the two kernels' columns counts there.",
        Plant("the larger norm of the two kernels", norm("apart", F, "signed")),
        Plant("sqrt(M) omitted", norm("larger", F, "signed")),
        changes=SIGNED,
    ),
    norm_claim(
        "conv-norm-signs-sup", "A convolution that depends on signs: its maximum norm by the larger entries",
        norm("larger-outputs", F, "signed", "sup"), "E = 1 and N = -1 on one pixel: y = |x| and F = 1.",
        "At each pixel and channel one sign is active, so each summand is at most the larger entry times |x_p|.",
        Plant("F divided by sqrt(k)", norm("larger-outputs", F / ROOT_K, "signed", "sup")),
        Plant("a hundredth less", norm("larger-outputs", Fraction(99, 100) * F, "signed", "sup")),
        changes=SIGNED,
    ),
)  # fmt: skip


def pooling(pool: str, kind: str, factor: Term | Fraction | int) -> Judgement:
    """State by how much a pooling stretches distances at most."""
    return Judgement.of(
        "pooling", domain=parse_domain(WINDOWS), hypotheses=(), pool=pool, norm=kind, taps=k, inside=j, reads=M,
        factor=number(factor),
    )  # fmt: skip


def pooling_claim(name: str, title: str, stated: Judgement, witness: str, proof: str, *plants: Plant) -> Claim:
    """Return the claim of a pooling."""
    return Claim(
        id=name,
        title=title,
        judgement=stated,
        plan=Plan("pooling"),
        place="Not in the paper; Mathematics 9.7",
        changes="The paper has no pooling. Behind a pooling of what comes out of a ReLU, inputs have one sign.",
        witness=witness,
        proof=proof,
        plants=plants,
    )


ONE_WINDOW = "Two windows of two pixels without a common pixel: M = 1."
POOLING = (
    pooling_claim(
        "pool-max", "Max pooling in the Euclidean norm", pooling("max", "euclid", ROOT_M),
        "Windows of 3 x 3 pixels with the stride 2: a pixel in four of them makes the factor 2 = sqrt(4).",
        "The difference of two maxima is at most the largest difference in the window, and each pixel is in M windows.",
        Plant("1-Lipschitz although windows overlap", pooling("max", "euclid", 1)),
        Plant("a hundredth less than sqrt(M)", pooling("max", "euclid", Fraction(99, 100) * ROOT_M)),
    ),
    pooling_claim(
        "pool-max-sup", "Max pooling in the maximum norm", pooling("max", "sup", 1), ONE_WINDOW,
        "The difference of two maxima is at most the largest difference in the window.",
        Plant("a hundredth less than 1", pooling("max", "sup", Fraction(99, 100))),
        Plant("1/sqrt(k), as for means", pooling("max", "sup", 1 / ROOT_K)),
    ),
    pooling_claim(
        "pool-mean", "Mean pooling in the Euclidean norm", pooling("mean", "euclid", call("sqrt", M / j)),
        "Windows of 2 x 2 pixels with the stride 2: the factor is 1/2.",
        "The square of a mean of at least j numbers is at most the sum of their squares divided by j.",
        Plant("the number of taps for the number of pixels inside", pooling("mean", "euclid", call("sqrt", M / k))),
        Plant("M omitted", pooling("mean", "euclid", 1 / call("sqrt", j))),
    ),
    pooling_claim(
        "pool-padded", "Mean pooling that counts zeros, in the Euclidean norm",
        pooling("padded", "euclid", call("sqrt", M / k)),
        "Windows of 2 x 2 pixels with the stride 2: the factor is 1/2.",
        "The square of a sum of at most k numbers is at most k times the sum of their squares; divided by k^2.",
        Plant("M omitted", pooling("padded", "euclid", 1 / ROOT_K)),
        Plant("divided by k", pooling("padded", "euclid", ROOT_M / k)),
    ),
    pooling_claim(
        "pool-mean-sup", "Mean pooling in the maximum norm", pooling("mean", "sup", 1), ONE_WINDOW,
        "A mean of differences is at most the largest of them.",
        Plant("a hundredth less than 1", pooling("mean", "sup", Fraction(99, 100))),
        Plant("1/sqrt(k), as in the Euclidean norm", pooling("mean", "sup", 1 / ROOT_K)),
    ),
)  # fmt: skip
