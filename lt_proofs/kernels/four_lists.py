"""The best subset of up to 56 samples, by the four-list algorithm of Schroeppel and Shamir.

Source: Schroeppel, Shamir, *A T = O(2^(n/2)), S = O(2^(n/4)) algorithm for certain NP-complete problems* (SIAM J.
Comput. 10, 1981). Meeting in the middle needs the sums of each half in increasing order, but only one at a time. Each
half is split once more, and a priority queue over the entries of one quarter produces the sums of the half in order
from lists of 2^(n/4) entries. Here the queue is a tournament (loser) tree instead of the heap of the paper. The second
half enters with its signs changed, so that both streams increase. Equal sums are emitted once, with their preferred
mask, so ties are decided as in ``halves``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lt_proofs.kernels.halves import FAR, better, sorted_sums
from lt_proofs.kernels.places import unsigned
from lt_proofs.kernels.subsets import NONE

Ints = NDArray[np.int64]

# Rows of a stream: the two lists with their masks; for each entry i of the first list, its current sum KEY[i] =
# FIRST[i] + SECOND[STANDS[i]] and the position STANDS[i]; and the losers at the inner nodes of the tournament tree.
FIRST, FIRST_MASK, SECOND, SECOND_MASK, KEY, STANDS, LOSER = range(7)
# Entries of a stream's state: length of the second list, number of leaves of the tree, current sum and its mask.
LENGTH, SIZE, VALUE, MASK = range(4)
# Rows of the state of the search (one for each stream and one for the answer), and the entries of the answer.
LEFT, RIGHT, ANSWER = range(3)
ERROR, BEST, DONE = range(3)


def play(rows: Ints, size: int, winner: int) -> None:
    """Replay the matches from the leaf of the last winner, whose key has changed, to the root; LOSER[0] wins.

    Every inner node stores the loser of its match. The path depends on the leaf alone and the matches are decided by
    arithmetic, so the processor can fetch all nodes of the path at once.
    """
    key = rows[KEY, unsigned(winner)]
    node = (winner + size) >> 1
    while node > 0:
        other = rows[LOSER, unsigned(node)]
        other_key = rows[KEY, unsigned(other)]
        # if the stored loser has the smaller key, the two exchange roles: the loser stays at the node
        swap = int(other_key < key) * (other - winner)
        rows[LOSER, unsigned(node)] = other - swap
        winner += swap
        key = min(key, other_key)
        node >>= 1
    rows[LOSER, 0] = winner


def draw_next(rows: Ints, state: Ints) -> None:
    """Emit the next larger sum of the half with its preferred mask; the sum is FAR when there is none left."""
    winner = rows[LOSER, 0]
    value = rows[KEY, winner]
    mask = NONE
    # take all leaves that hold this sum, so that equal sums are emitted once
    while rows[KEY, winner] == value and value != FAR:
        stands = rows[STANDS, winner]
        candidate = rows[FIRST_MASK, winner] | rows[SECOND_MASK, stands]
        if mask == NONE or better(candidate, mask):
            mask = candidate
        # the second list increases, so the key of a leaf only grows and the emitted sums are in order
        stands += 1
        rows[STANDS, winner] = stands
        rows[KEY, winner] = rows[FIRST, winner] + rows[SECOND, stands] if stands < state[LENGTH] else FAR
        play(rows, state[SIZE], winner)
        winner = rows[LOSER, 0]
    state[VALUE] = value
    state[MASK] = mask


def open_stream(samples: Ints, start: int, stop: int, rows: Ints, state: Ints) -> None:
    """Fill the two lists of a stream from samples start … stop - 1, set up its tree and emit its least sum."""
    middle = (start + stop) // 2
    count = sorted_sums(samples, start, middle, rows[FIRST], rows[FIRST_MASK], rows[KEY], rows[LOSER])
    state[LENGTH] = sorted_sums(samples, middle, stop, rows[SECOND], rows[SECOND_MASK], rows[KEY], rows[LOSER])
    size = 1
    while size < count:
        size *= 2
    state[SIZE] = size
    # leaves beyond the list are exhausted from the start, which makes the tree complete
    for i in range(size):
        rows[KEY, i] = rows[FIRST, i] + rows[SECOND, 0] if i < count else FAR
        rows[STANDS, i] = 0
    # The initial keys increase, so the first leaf of the left subtree wins every match and the first leaf of the right
    # subtree loses it: the tree can be written down without playing.
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
    """Prepare ``walk``; the second half of ``samples`` is left with its signs changed.

    ``rows`` is working memory of shape (2, 7, 2^((number + 3) // 4) + 1); ``states`` has the shape (3, 4).
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
    """Continue the search for at most ``steps`` steps; return how many were made. DONE becomes 1 when it is complete.

    The search is cut into calls so that the caller can report progress and be interrupted. As in
    ``subsets.closest_pair`` errors are doubled, and a doubled error of at most ``enough`` ends the search.
    """
    # The right stream holds the negated sums -t of the second half, so left - right = s + t. A sum that is too small
    # needs a larger s, one that is too large a smaller t, that is a larger -t; a hit advances both.
    left, right, answer = states[LEFT], states[RIGHT], states[ANSWER]
    for step in range(steps):
        if left[VALUE] == FAR or right[VALUE] == FAR or answer[ERROR] <= enough:
            answer[DONE] = 1
            return step
        above = 2 * (left[VALUE] - right[VALUE]) - middle
        distance = abs(above)
        # every pair with the least error is met, so ties are decided here as everywhere
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
