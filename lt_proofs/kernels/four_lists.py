"""Schroeppel and Shamir: the best subset of up to 56 samples from four lists of a quarter each.

Two heaps bring out the sums of the two halves in rising order (those of the second half with their sign
changed), so that meeting in the middle needs 2^(n/4) places instead of 2^(n/2). Equal sums come out as
one, with their best mask, so that ties are decided as everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR, better, sorted_sums
from lt_proofs.kernels.subsets import NONE

Ints = NDArray[np.int64]

# rows of a stream: the two lists with their masks, then the heap and where each of its owners stands
FIRST, FIRST_MASK, SECOND, SECOND_MASK, KEY, OWNER, STANDS = range(7)
# entries of its state: how long the second list is, how long the heap, the sum that is out, its mask
LENGTH, SIZE, VALUE, MASK = range(4)
# entries of the walk's state
LEFT, RIGHT, ANSWER = range(3)
ERROR, BEST, DONE = range(3)


def settle(rows: Ints, size: int) -> None:
    """Let the root of the heap sink to its place."""
    key = rows[KEY, 0]
    owner = rows[OWNER, 0]
    hole = 0
    child = 1
    while child < size:
        if child + 1 < size:
            child += int(rows[KEY, child + 1] < rows[KEY, child])
        if rows[KEY, child] >= key:
            break
        rows[KEY, hole] = rows[KEY, child]
        rows[OWNER, hole] = rows[OWNER, child]
        hole = child
        child = 2 * hole + 1
    rows[KEY, hole] = key
    rows[OWNER, hole] = owner


def draw_next(rows: Ints, state: Ints) -> None:
    """Bring out the next larger sum with the best of its masks; FAR when there is none."""
    size = state[SIZE]
    if size == 0:
        state[VALUE] = FAR
        return
    value = rows[KEY, 0]
    mask = NONE
    while size > 0 and rows[KEY, 0] == value:
        owner = rows[OWNER, 0]
        stands = rows[STANDS, owner]
        candidate = rows[FIRST_MASK, owner] | rows[SECOND_MASK, stands]
        if mask == NONE or better(candidate, mask):
            mask = candidate
        if stands + 1 < state[LENGTH]:
            rows[STANDS, owner] = stands + 1
            rows[KEY, 0] = rows[FIRST, owner] + rows[SECOND, stands + 1]
        else:
            size -= 1
            rows[KEY, 0] = rows[KEY, size]
            rows[OWNER, 0] = rows[OWNER, size]
        settle(rows, size)
    state[SIZE] = size
    state[VALUE] = value
    state[MASK] = mask


def open_stream(samples: Ints, start: int, stop: int, rows: Ints, state: Ints) -> None:
    """Fill the two lists and the heap of a stream, and bring out its least sum."""
    middle = (start + stop) // 2
    count = sorted_sums(samples, start, middle, rows[FIRST], rows[FIRST_MASK], rows[KEY], rows[OWNER])
    state[LENGTH] = sorted_sums(samples, middle, stop, rows[SECOND], rows[SECOND_MASK], rows[KEY], rows[OWNER])
    state[SIZE] = count
    for i in range(count):
        rows[KEY, i] = rows[FIRST, i] + rows[SECOND, 0]
        rows[OWNER, i] = i
        rows[STANDS, i] = 0
    draw_next(rows, state)


def open_walk(samples: Ints, number: int, rows: Ints, states: Ints) -> None:
    """Prepare the walk; the second half of the samples is left with its signs changed.

    ``rows`` has two blocks of seven rows of 2^((number + 3) // 4) + 1 entries; ``states`` is 3 by 4.
    """
    half = number // 2
    for at in range(half, number):
        samples[at] = -samples[at]
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
