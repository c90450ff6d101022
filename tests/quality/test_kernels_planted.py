"""Errors planted in the plain sources of the kernels are caught by comparison with enumeration."""

import importlib.util
import random
import types
from fractions import Fraction as Q

import numpy as np
import pytest

from lt_proofs.kernels import chain, counting, coverage, fewest, four_lists, halves, passage, quick, sieve, subsets
from lt_proofs.kernels.places import INDEX_MASK
from lt_proofs.subset_sum.working_memory import ends_memory, lists_memory, streams_memory, table_memory

TRIES = 150


def planted(module, old, new):
    """A copy of the module with one piece of its source replaced."""
    source = importlib.util.find_spec(module.__name__).loader.get_source(module.__name__)
    assert source.count(old) >= 1, f"{module.__name__} has no {old!r} any more"
    copy = types.ModuleType(module.__name__)
    exec(compile(source.replace(old, new), module.__file__, "exec"), copy.__dict__)
    return copy


def draw(random_, most=9):
    number, size = random_.randint(0, most), random_.choice([2, 9, 400])
    samples = [random_.randint(-size, size) for _ in range(number)]
    return samples, random_.randint(-2 * size, 2 * size), random_.randint(0, size)


def ranked(samples, target):
    sums = [sum(x for i, x in enumerate(samples) if mask >> i & 1) for mask in range(1 << len(samples))]
    return [(abs(s - target), mask.bit_count(), mask) for mask, s in enumerate(sums)]


def array(samples):
    return np.array(samples, np.int64)


def best_agrees(module, random_):
    samples, target, _ = draw(random_, 10)
    if random_.random() < 0.5:
        samples = [random_.randint(-4000, 4000) for _ in range(8)]
        target = int(sum(max(x, 0) for x in samples) * random_.uniform(0.8, 1))
    n, room, table = len(samples), lists_memory(len(samples)), table_memory(len(samples))
    if module.__name__.endswith("sieve"):
        found = module.closest_of(array(samples), n, 2 * target, room, table)
    else:
        found = module.best_of(array(samples), n, 2 * target, -1, room)
    error, _, mask = min(ranked(samples, target))
    return found == (mask, 2 * error)


def lists_agree(module, random_):
    samples, _, _ = draw(random_, 7)
    room = lists_memory(2 * len(samples))
    count = module.sorted_sums(array(samples), 0, len(samples), room[0], room[1], room[2], room[3])
    best = {}
    for error, elements, mask in ranked(samples, 0):
        total = sum(x for i, x in enumerate(samples) if mask >> i & 1)
        best[total] = min(best.get(total, (99, 0)), (elements, mask))
        assert error == abs(total)
    return [tuple(pair) for pair in room[:2, :count].T.tolist()] == [(s, best[s][1]) for s in sorted(best)]


def fewest_agrees(module, random_):
    samples, target, eps = draw(random_)
    if random_.random() < 0.3:
        target, eps = sum(samples) + random_.randint(-2, 2), random_.randint(1, 3)
    n = len(samples)
    mask, _ = module.smallest_of(
        array(samples), n, 2 * target, 2 * eps, lists_memory(n), ends_memory(n), table_memory(n)
    )
    good = [(elements, error, mask) for error, elements, mask in ranked(samples, target) if error <= eps]
    return mask == (min(good)[2] if good else -1)


def any_agrees(module, random_):
    samples, target, eps = draw(random_)
    n = len(samples)
    mask, error = module.any_of(array(samples), n, 2 * target, 2 * eps, lists_memory(n), table_memory(n))
    errors = {mask: error for error, _, mask in ranked(samples, target)}
    return errors[int(mask)] * 2 == error and (error <= 2 * eps) == (min(errors.values()) <= eps)


def counting_agrees(module, random_):
    samples, target, eps = draw(random_)
    found = module.count_of(array(samples), len(samples), target - eps, target + eps, lists_memory(len(samples)))
    return found == sum(error <= eps for error, _, _ in ranked(samples, target))


def four_lists_agree(module, random_):
    samples, target, _ = draw(random_)
    rows, states = streams_memory(len(samples)), np.zeros((3, 4), np.int64)
    module.open_walk(array(samples), len(samples), rows, states)
    for _ in range(3000):
        if states[module.ANSWER, module.DONE]:
            break
        module.walk(rows, states, 2 * target, -1, 5)
    error, _, mask = min(ranked(samples, target))
    return (states[module.ANSWER, module.BEST], states[module.ANSWER, module.ERROR]) == (mask, 2 * error)


def union(sums, below, above):
    pieces = []
    for s in sorted(sums):
        if pieces and s - below <= pieces[-1][1]:
            pieces[-1][1] = s + above
        else:
            pieces.append([s - below, s + above])
    return pieces


def unions_agree(module, random_):
    samples, _, eps = draw(random_, 5)
    lo, hi, new_lo, new_hi = np.zeros((4, 100), np.int64)
    lo[0], hi[0], count, sums = -eps, eps, 1, {0}
    for x in samples:
        count = module.union_with_shifted(lo, hi, count, x, 1 << 62, new_lo, new_hi)
        lo, new_lo, hi, new_hi = new_lo, lo, new_hi, hi
        sums |= {s + x for s in sums}
    return np.stack([lo, hi], 1)[:count].tolist() == union(sums, eps, eps)


def halves_agree(module, random_):
    samples, low, width = draw(random_, 5)
    lo, hi, new_lo, new_hi = np.zeros((4, 200), np.int64)
    hi[0], count, total, sums = width, 1, width, {0}
    for x in filter(None, map(abs, samples)):
        count = module.lower_half_union(lo, hi, count, total, x, 1 << 62, INDEX_MASK, new_lo, new_hi)
        lo, new_lo, hi, new_hi = new_lo, lo, new_hi, hi
        total += x
        sums |= {s + x for s in sums}
    whole = union(sums, 0, width)
    high = low + random_.randint(0, 2 * width + 2)
    covered = any(a <= low and high <= b for a, b in whole)
    return (
        np.stack([lo, hi], 1)[:count].tolist() == [piece for piece in whole if 2 * piece[0] <= total]
        and module.half_covers(lo, hi, count, total, low, high) == covered
    )


def chain_agrees(module, random_):
    points, prime = random_.randint(1, 4), 2**40 - 87
    law = {random_.randint(-3, 3): random_.randint(1, 5) for _ in range(3)}
    masses, expected = array([0] * (1 << points)), {1: Q(1)}
    masses[1] = 1
    for _ in range(3):
        module.step(masses, points, array(list(law)), array(list(law.values())), prime)
        later = {}
        for state, mass in expected.items():
            for x, weight in law.items():
                goal = state | sum(1 << z + x for z in range(points) if state >> z & 1 and 0 <= z + x < points)
                later[goal] = later.get(goal, 0) + mass * weight
        expected = later
    return masses.tolist() == [expected.get(state, 0) for state in range(1 << points)]


PLANTS = [
    (halves, lists_agree, "mine < theirs or", "mine > theirs or"),
    (halves, lists_agree, "mask < other)", "mask > other)"),
    (halves, lists_agree, "if value != held:", "if True:"),
    (subsets, best_agrees, "if distance < error or better(candidate, mask):", "if distance < error:"),
    (subsets, best_agrees, "i += above <= 0", "i += above < 9"),
    (subsets, best_agrees, "j -= above >= 0", "j -= 1 + (above > 99)"),
    (sieve, best_agrees, "if error < 1 << shift:", "if error < FAR:"),
    (sieve, best_agrees, "near = (1 << shift) >> 1", "near = 0"),
    (sieve, best_agrees, "table[place_of(bucket + 1, twist, last)] = 1", "pass"),
    (sieve, best_agrees, "if distance < error or better(candidate, mask):", "if distance < error:"),
    (quick, any_agrees, "return i | j << start,", "return i | j << first + 1,"),
    (quick, any_agrees, "if least <= width:", "if least <= width + 2:"),
    (fewest, fewest_agrees, "for size in range(1, 5):", "for size in (1, 2, 4):"),
    (fewest, fewest_agrees, "or candidate < mask:", "or candidate > mask:"),
    (fewest, fewest_agrees, "2 * greatest >= middle - width", "2 * greatest > middle - width"),
    (fewest, fewest_agrees, "pairs_behind(i, count)", "pairs_behind(i + 1, count)"),
    (fewest, fewest_agrees, "if error > width:", "if error > 0:"),
    (counting, counting_agrees, "> high:", ">= high:"),
    (counting, counting_agrees, ">= low:", "> low:"),
    (four_lists, four_lists_agree, "int(other_key < key)", "int(other_key > key)"),
    (four_lists, four_lists_agree, "(2 * place + 1) * width", "2 * place * width"),
    (four_lists, four_lists_agree, "if mask == NONE or better(candidate, mask):", "if mask == NONE:"),
    (four_lists, four_lists_agree, "samples[k] = -samples[k]", "pass"),
    (coverage, unions_agree, "int(next_lo > open_hi)", "int(next_lo >= open_hi)"),
    (coverage, unions_agree, "open_hi = max(next_hi, open_hi)", "open_hi = next_hi"),
    (passage, halves_agree, "2 * (total - int(hi[i])) <= limit", "2 * (total - hi[i]) < limit - 1"),
    (passage, halves_agree, "if next_lo > middle:", "if next_lo >= middle:"),
    (passage, halves_agree, "new_hi[last] = new_total - open_lo", "pass"),
    (passage, halves_agree, "nearest = min(low, total - high)", "nearest = low"),
    (chain, chain_agrees, "range(full, -1, -1)", "range(full + 1)"),
    (chain, chain_agrees, "return state | moved", "return moved"),
]
SOUND = {module: agrees for module, agrees, _, _ in PLANTS}


@pytest.mark.parametrize("module", SOUND, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_sources_as_they_are_agree(module):
    random_ = random.Random(1)
    assert all(SOUND[module](module, random_) for _ in range(TRIES))


@pytest.mark.parametrize(
    ("module", "agrees", "old", "new"), PLANTS, ids=[f"{plant[0].__name__}-{plant[3]}" for plant in PLANTS]
)
def test_a_planted_error_is_caught(module, agrees, old, new):
    wrong, random_ = planted(module, old, new), random.Random(2)
    for _ in range(8 * TRIES):
        try:
            if not agrees(wrong, random_):
                return
        except (IndexError, KeyError, OverflowError, RuntimeWarning):
            return
    pytest.fail("no instance shows this error")
