"""Networks of given widths: the moments against all walks, and what layers and networks must share."""

from fractions import Fraction
from itertools import product

import pytest

F = Fraction


def all_walks(k, rows, columns):
    """The sum of 4^(k - entries) over all closed walks of 2k steps that use no entry once, one by one."""
    total = 0
    for i in product(range(rows), repeat=k):
        for j in product(range(columns), repeat=k):
            steps = [(i[a], j[a]) for a in range(k)] + [(i[(a + 1) % k], j[a]) for a in range(k)]
            if min(map(steps.count, steps)) > 1:
                total += 4 ** (k - len(set(steps)))
    return total


@pytest.mark.parametrize(("k", "rows", "columns"), [(1, 2, 3), (2, 2, 3), (2, 3, 3), (3, 2, 2), (3, 2, 3), (4, 2, 2)])
def test_walks_are_counted_by_their_shapes(checker, k, rows, columns):
    assert checker.assembly.walks(k, rows, columns) == all_walks(k, rows, columns)


def cover(checker, **changes):
    fields = {"domain": "", "hypotheses": [], "law": ["gadget"], "length": "21/10", "tolerance": "1/20",
              "failure": "1/1000", "samples": "100", **changes}  # fmt: skip
    return checker.read_judgement("cover", **fields)


def layer(checker, **changes):
    fields = {"domain": "", "hypotheses": [], "law": ["gadget"], "inputs": "2", "outputs": "3", "signs": "nonnegative",
              "tolerance": "1", "failure": "6/1000", "units": "100", **changes}  # fmt: skip
    if "failure" not in changes:
        fields["failure"] = "3/500"
    return checker.read_judgement("layer", **fields)


def test_a_layer_rounded_either_way(checker):
    said = checker.assembly.either_way(layer(checker), cover(checker), {"moment": 2})
    assert said == "the moment 4 of the norm"
    checker.assembly.either_way(layer(checker, signs="both", failure="3/250"), cover(checker), {"moment": 1})


@pytest.mark.parametrize(
    ("goal", "premise", "moment", "words"),
    [
        ({}, {"length": "2"}, 2, "reach beyond"),
        ({"failure": "1/500"}, {}, 2, "fail with more"),
        ({"signs": "both"}, {}, 2, "fail with more"),
        ({"units": "99"}, {}, 2, "need more samples"),
        ({"tolerance": "1/10"}, {}, 2, "does not show"),
        ({"law": ["product"]}, {}, 2, "law of a gadget"),
        ({"inputs": "5/2"}, {}, 2, "whole numbers"),
    ],
)
def test_a_layer_that_does_not_follow(checker, goal, premise, moment, words):
    checker.rejected(
        words, checker.assembly.either_way, layer(checker, **goal), cover(checker, **premise), {"moment": moment}
    )


@pytest.mark.parametrize("moment", [0, 7, "2", True, None])
def test_the_moment_is_a_small_whole_number(checker, moment):
    with pytest.raises(checker.errors.Malformed):
        checker.assembly.either_way(layer(checker), cover(checker), {"moment": moment})


def network(checker, **changes):
    fields = {"law": ["gadget"], "widths": [4, 2, 3], "units": [90, 100], "error": "1/8", "failure": "1/100", **changes}
    return checker.read_judgement("given-network", **fields)


def layers(checker, first=None, second=None):
    one = {"inputs": "4", "outputs": "2", "signs": "both", "tolerance": "1/20", "failure": "1/200", "units": "90"}
    other = {"tolerance": "1/20", "failure": "1/200", "units": "100"}
    Statement = checker.formulas.Statement
    return [
        Statement(layer(checker, **{**one, **(first or {})})),
        Statement(layer(checker, **{**other, **(second or {})})),
    ]


def test_a_network_from_its_layers(checker):
    # (21/20)^2 - 1 = 41/400 < 1/8
    checker.assembly.assemble(network(checker), *layers(checker))
    checker.assembly.assemble(network(checker), *layers(checker, second={"signs": "both"}))


@pytest.mark.parametrize(
    ("goal", "first", "second", "words"),
    [
        ({"error": "41/400"}, {}, {}, "compose to more"),
        ({"failure": "1/101"}, {}, {}, "more than the network's chance"),
        ({"widths": [4, 3, 3]}, {}, {}, "other widths"),
        ({"widths": [4, 2]}, {}, {}, "between any two"),
        ({"units": [90, 99]}, {}, {}, "more units"),
        ({}, {"signs": "nonnegative"}, {}, "one sign"),
        ({"widths": [4, 2, 0]}, {}, {"outputs": "1"}, "from 1 on"),
    ],
)
def test_a_network_that_does_not_follow(checker, goal, first, second, words):
    checker.rejected(words, checker.assembly.assemble, network(checker, **goal), *layers(checker, first, second))
