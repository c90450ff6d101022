"""Schroeppel and Shamir: the best subset of up to 56 samples from four lists of a quarter each.

Two streams bring out the sums of the two halves in rising order (those of the second half with their
sign changed), so that meeting in the middle needs 2^(n/4) places instead of 2^(n/2). A tournament tree
stands where the heaps of the paper did. Equal sums come out as one, with their best mask, so that ties
are decided as everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR, better, sorted_sums
from lt_proofs.kernels.places import at
from lt_proofs.kernels.subsets import NONE

Ints = NDArray[np.int64]

# rows of a stream: the two lists with their masks, the sum each entry of the first list now stands at,
# the entry of the second list it stands at, and the tournament between them
FIRST, FIRST_MASK, SECOND, SECOND_MASK, KEY, STANDS, LOSER = range(7)
# entries of its state: how long the second list is, how many take part, the sum that is out, its mask
LENGTH, SIZE, VALUE, MASK = range(4)
# parts of the walk's state
LEFT, RIGHT, ANSWER = range(3)
ERROR, BEST, DONE = range(3)


def play(rows: Ints, size: int, winner: int) -> None:
    """Play the matches on the way of the last winner, whose sum has changed; LOSER[0] is the new winner.

    The way is known beforehand and no match branches, so that the processor plays them all at once.
    """
    key = rows[KEY, at(winner)]
    node = (winner + size) >> 1
    while node > 0:
        other = rows[LOSER, at(node)]
        other_key = rows[KEY, at(other)]
        swap = int(other_key < key) * (other - winner)
        rows[LOSER, at(node)] = other - swap
        winner += swap
        key = min(key, other_key)
        node >>= 1
    rows[LOSER, 0] = winner


def draw_next(rows: Ints, state: Ints) -> None:
    """Bring out the next larger sum with the best of its masks; FAR when there is none."""
    winner = rows[LOSER, 0]
    value = rows[KEY, winner]
    mask = NONE
    while rows[KEY, winner] == value and value != FAR:
        stands = rows[STANDS, winner]
        candidate = rows[FIRST_MASK, winner] | rows[SECOND_MASK, stands]
        if mask == NONE or better(candidate, mask):
            mask = candidate
        stands += 1
        rows[STANDS, winner] = stands
        rows[KEY, winner] = rows[FIRST, winner] + rows[SECOND, stands] if stands < state[LENGTH] else FAR
        play(rows, state[SIZE], winner)
        winner = rows[LOSER, 0]
    state[VALUE] = value
    state[MASK] = mask


def open_stream(samples: Ints, start: int, stop: int, rows: Ints, state: Ints) -> None:
    """Fill the two lists of a stream, set up its tournament and bring out its least sum."""
    middle = (start + stop) // 2
    count = sorted_sums(samples, start, middle, rows[FIRST], rows[FIRST_MASK], rows[KEY], rows[LOSER])
    state[LENGTH] = sorted_sums(samples, middle, stop, rows[SECOND], rows[SECOND_MASK], rows[KEY], rows[LOSER])
    size = 1
    while size < count:
        size *= 2
    state[SIZE] = size
    for i in range(size):
        rows[KEY, i] = rows[FIRST, i] + rows[SECOND, 0] if i < count else FAR
        rows[STANDS, i] = 0
    # the keys rise, so at first the left side wins every match and the right side's first entry loses it
    width = size // 2
    node = 1
    while width > 0:
        for place in range(node):
            rows[LOSER, node + place] = (2 * place + 1) * width
        node *= 2
        width //= 2
    rows[LOSER, 0] = 0
    draw_next(rows, state)


def open_walk(samples: Ints, number: int, rows: Ints, states: Ints) -> None:
    """Prepare the walk; the second half of the samples is left with its signs changed.

    ``rows`` has two blocks of seven rows of 2^((number + 3) // 4) + 1 entries; ``states`` is 3 by 4.
    """
    half = number // 2
    for k in range(half, number):
        samples[k] = -samples[k]
    open_stream(samples, 0, half, rows[LEFT], states[LEFT])
    open_stream(samples, half, number, rows[RIGHT], states[RIGHT])
    states[ANSWER, ERROR] = FAR
    states[ANSWER, BEST] = NONE
    states[ANSWER, DONE] = 0


def walk(rows: Ints, states: Ints, middle: int, enough: int, steps: int) -> int:
    """Go at most that many steps on; return how many were gone. The answer's DONE says when it is final.

    As in ``closest_pair``: doubled errors, and an error of at most ``enough`` ends the walk.
    """
    left, right, answer = states[LEFT], states[RIGHT], states[ANSWER]
    for step in range(steps):
        if left[VALUE] == FAR or right[VALUE] == FAR or answer[ERROR] <= enough:
            answer[DONE] = 1
            return step
        above = 2 * (left[VALUE] - right[VALUE]) - middle
        distance = abs(above)
        if distance <= answer[ERROR]:
            candidate = left[MASK] | right[MASK]
            if distance < answer[ERROR] or better(candidate, answer[BEST]):
                answer[ERROR] = distance
                answer[BEST] = candidate
        if above <= 0:
            draw_next(rows[LEFT], left)
        if above >= 0:
            draw_next(rows[RIGHT], right)
    return steps
