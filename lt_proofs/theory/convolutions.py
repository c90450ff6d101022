"""What a convolution reads, what masks make of it, where biases sit, and how errors of residual blocks add up.

Mathematics 9.2, 9.4, 9.5, 9.8 and 9.9.
"""

from __future__ import annotations

from fractions import Fraction

from lt_proofs.terms import Judgement, Term, number, parse_domain, symbols
from lt_proofs.terms.parser import parse_relation
from lt_proofs.terms.tree import call
from lt_proofs.theory.claim import Claim, Plan, Plant

D, k, s, d, r, a, b, t, u, B, h = symbols("D k s d r a b t u B h")
PLACE = "Not in the paper; Mathematics {}"
LINE = "D in [1, oo), k in [1, oo), s in [1, oo), d in [1, oo), r in [1, oo), a in [0, oo), b in [0, oo)"


def reads(most: Term | int, where: str = LINE, **fields: Term | int) -> Judgement:
    """State how often one pixel of a line is read at most; other fields than those of a general window as named."""
    terms = {"size": D, "taps": k, "stride": s, "dilation": d, "step": r, "before": a, "after": b} | fields
    return Judgement.of(
        "reads", domain=parse_domain(where), hypotheses=(), reads=number(most),
        **{name: number(term) for name, term in terms.items()},
    )  # fmt: skip


READS = Claim(
    id="conv-reads",
    title="How often a convolution reads one pixel",
    judgement=reads((k + r - 1) / r),
    plan=Plan("count-reads"),
    place=PLACE.format("9.2"),
    changes=(
        "The paper has no convolutions. In several dimensions the numbers of the axes are multiplied; with other "
        "padding than zeros they are counted."
    ),
    witness="Three taps, stride 2, dilation 1: (3 + 2 - 1)/2 = 2 reads, of the pixels that two windows share.",
    proof=(
        "If taps t and t' read one pixel from two positions, (t - t') times the dilation is a multiple of the stride, "
        "so t - t' is one of the stride divided by the common divisor. Each tap reads it from one position at most."
    ),
    plants=(
        Plant("the common divisor of stride and dilation forgotten: k/s rounded up", reads((k + s - 1) / s)),
        Plant("one read for each tap but one", reads(k - 1)),
    ),
)

FLATTEN = Claim(
    id="conv-flatten",
    title="A dense layer behind an image is a convolution that reads each pixel once",
    judgement=reads(1, "k in [1, oo), s in [1, oo)", size=k, dilation=1, step=s, before=0, after=0),
    plan=Plan("count-reads"),
    place=PLACE.format("9.5"),
    changes=(
        "A window as large as the image has one output position, so the hidden channels are shared by all pixels: "
        "n for each channel instead of n for each pixel."
    ),
    witness="A line of 7 pixels and a window of 7 taps: one output position, one read of each pixel.",
    proof="There is one output position, and it reads each pixel by one tap.",
    plants=(
        Plant("a window with one tap less than the line has pixels", reads(
            1, "k in [1, oo), s in [1, oo)", size=k + 1, dilation=1, step=s, before=0, after=0
        )),
        Plant("a padding by one zero at both ends", reads(
            1, "k in [1, oo), s in [1, oo)", size=k, dilation=1, step=s, before=1, after=1
        )),
    ),
)  # fmt: skip


def hidden(value: Fraction | int) -> Judgement:
    """State that masked hidden channels make a kernel, where padding has this value."""
    return Judgement.of("hidden-channels", domain=parse_domain(""), hypotheses=(), value=number(value))


IDENTITY = Claim(
    id="conv-identity",
    title="Masked hidden channels make a convolution for each sign",
    judgement=hidden(0),
    plan=Plan("hidden-channels"),
    place=PLACE.format("9.4"),
    changes=(
        "As l1, tap by tap: one instance of coverage for each tap, input and output channel and sign. Padding by "
        "pixels or by zeros is needed; another constant is not what the hidden channels make of it."
    ),
    witness="One pixel, u = 1/2, V = 1: the output is x/2 for x >= 0 and 0 for x < 0.",
    proof=(
        "σ(u x) = u σ(x) for u > 0 and |u| σ(-x) for u < 0, pixel by pixel; σ commutes with a padding by pixels, and "
        "σ(0) = 0."
    ),
    plants=(
        Plant("a padding by ones", hidden(1)),
        Plant("a padding by -1/2", hidden(Fraction(-1, 2))),
    ),
)


def bias(where: str, *hypotheses: str, **fields: Term | int) -> Judgement:
    """State that a tap, with t taps before and u taps after it, reads a pixel at every output position."""
    terms = {"dilation": d, "before": a, "after": b, "earlier": t, "later": u} | fields
    return Judgement.of(
        "bias", domain=parse_domain(where), hypotheses=tuple(map(parse_relation, hypotheses)),
        **{name: number(term) for name, term in terms.items()},
    )  # fmt: skip


TAPS = "d in [1, oo), t in [0, oo), u in [0, oo)"
PADDED = f"{TAPS}, a in [0, oo), b in [0, oo)"
BIAS = Claim(
    id="conv-bias",
    title="A bias sits on a tap that is always inside",
    judgement=bias(PADDED, "a <= t*d", "b <= u*d"),
    plan=Plan("inner-tap"),
    place=PLACE.format("9.8"),
    changes=(
        "Published code spreads a bias over all taps of a zero-padded convolution, where a part of it is lost at the "
        "border. In several dimensions the tap must be inside along each axis."
    ),
    witness="Three taps, padding 1 at both ends: the middle one, t = u = 1. Two taps and padding 1: none.",
    proof=(
        "Output position q reads q s + t d - a. This is at least 0 at the first position, and at the last one at most "
        "the last pixel, because (outputs - 1) s <= size + a + b - d (k - 1) - 1."
    ),
    plants=(
        Plant("any tap: a bias spread over all of them", bias(PADDED)),
        Plant("only the first end of the line considered", bias(PADDED, "a <= t*d")),
    ),
)
FOLD = Claim(
    id="conv-fold",
    title="A shift before a convolution without padding is a bias behind it",
    judgement=bias(TAPS, before=0, after=0),
    plan=Plan("inner-tap"),
    place=PLACE.format("9.8"),
    changes=(
        "So batch normalization before a convolution without padding is folded into it. Before a zero-padded one it is "
        "not: its shift does not reach the padding."
    ),
    witness="The kernel (1, 1, 1) and the shift 1 on three pixels: the bias 3.",
    proof="Without padding every tap is inside, so the shift s adds the sum of the kernel times s everywhere.",
    plants=(
        Plant("a zero-padded convolution", bias(TAPS, before=1, after=1)),
        Plant("a padding before the line only", bias(TAPS, before=1, after=0)),
    ),
)


def residual(skip: str, bound: Term, error: Term = h, where: str = "B in [1, oo), h in (0, 1]") -> Judgement:
    """State what the errors of the layers of residual blocks add up to."""
    return Judgement.of(
        "residual",
        domain=parse_domain(where),
        hypotheses=(),
        skip=skip,
        norm="euclid",
        depth=B,
        error=error,
        bound=bound,
    )


KEPT = (1 + (1 + h) ** 2) ** B - number(2) ** B
PLAIN = (1 + h) ** (2 * B) - 1
RESIDUAL = Claim(
    id="residual-kept",
    title="Residual blocks whose skip is kept",
    judgement=residual("kept", KEPT),
    plan=Plan("residual-blocks"),
    place=PLACE.format("9.9"),
    changes="The paper has no residual blocks. The skip has no weights, so the random network keeps it.",
    witness="B = 1, h = 1/100: W = V = 1 against 101/100: (101/100)^2 - 1 at x = 1, which is the bound.",
    proof=(
        "A block doubles the error and adds (2 h + h^2) times the norm of its input, which grows by 1 + (1 + h)^2. "
        "So after B blocks the error is (1 + (1 + h)^2)^B - 2^B, which numbers attain."
    ),
    plants=(
        Plant("the errors of a network without skips", residual("kept", PLAIN)),
        Plant("a hundredth less", residual("kept", Fraction(99, 100) * KEPT)),
    ),
)
APPROXIMATED = Claim(
    id="residual-approximated",
    title="Residual blocks whose skip is approximated like a weight",
    judgement=residual("approximated", (call("sqrt", 2) + h) ** (2 * B) - number(2) ** B),
    plan=Plan("residual-blocks"),
    place=PLACE.format("9.9"),
    changes="A random network without skips: the identity is a part of the layers, so that their norms are sqrt(2).",
    witness="B = 1, h = 1/100: both layers stretch by 1 + h/sqrt(2): (sqrt(2) + 1/100)^2 - 2.",
    proof="A network of 2 B layers of norm at most sqrt(2) and the error h each: (sqrt(2) + h)^(2 B) - sqrt(2)^(2 B).",
    plants=(
        Plant("the errors of blocks whose skip is kept", residual("approximated", KEPT)),
        Plant("the errors of layers of norm 1", residual("approximated", PLAIN)),
    ),
)
