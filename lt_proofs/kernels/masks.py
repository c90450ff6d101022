"""Enumerate all masks of a two-layer network with two inputs and outputs, and count those close to given linear maps.

This is the executable side of the counting argument of Theorem 2 (Mathematics 4.4, 4.16): the number of pruned networks
bounds how many linear maps can be approximated. A mask selects, for every hidden unit, a subset of the two inputs
(together the *pattern*, two bits a unit) and, for each output, a subset of the units. For a fixed pattern the outputs
are independent: each keeps the subsets whose values at ±e1 and ±e2 are compatible with a target row, and only
compatible pairs are compared with a target as functions. A unit without inputs or without outputs contributes nothing;
it is enumerated once and counted with its multiplicity 7. So all 16^h masks are accounted for in about 8^h steps.

Weights are integers in units of 2^-24, values at ±e1 and ±e2 integers in units of 2^-48. Whether a function is within
eps of a linear map on the whole unit ball is decided in floats only if it is clear by a margin of 1e-11; otherwise the
case is UNSURE and decided in exact arithmetic elsewhere. Every number compared is a sum of a few dozen products below
64, so its rounding error is below 1e-12.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

FAR, NEAR, UNSURE = 0, 1, 2
# comparisons in floats are trusted only beyond this margin
MARGIN = 1e-11
SCALE = 2.0**-24


def unit_values(first: Ints, pattern: int, values: Ints, seen: Reals) -> int:
    """Write each unit's activation at e1, -e1, e2, -e2 and its masked row; return the set of units with an input.

    ``first`` is the (h, 2) first layer, ``values`` (h, 4) in units of 2^-24, ``seen`` (h, 2) in floats.
    """
    active = 0
    for k in range(first.shape[0]):
        bits = pattern >> (2 * k) & 3
        for j in range(2):
            weight = first[k, j] if bits >> j & 1 else np.int64(0)
            values[k, 2 * j] = max(weight, np.int64(0))
            values[k, 2 * j + 1] = max(-weight, np.int64(0))
            seen[k, j] = weight * SCALE
        if bits:
            active |= 1 << k
    return active


def fitting(values: Ints, second: Ints, output: int, active: int, bend: int, sums: Ints, found: Ints) -> int:
    """Write to ``found`` the sets of active units for which |f(e) + f(-e)| <= bend at e = e1, e2; return their number.

    A linear map is odd, so a function within eps of one satisfies this with bend = 2 eps. ``sums`` receives the values
    of the output at ±e1, ±e2 for every set, in units of 2^-48.
    """
    count = 0
    for v in range(4):
        sums[0, v] = 0
    # units without an input contribute nothing, so only sets of active units are evaluated
    for chosen in range(1 << values.shape[0]):
        if chosen & ~active:
            continue
        if chosen:
            # the sums of a set come from those of the set without its lowest unit, which has a smaller number
            last = 0
            while not chosen >> last & 1:
                last += 1
            rest = chosen & (chosen - 1)
            for v in range(4):
                sums[chosen, v] = sums[rest, v] + values[last, v] * second[last, output]
        if abs(sums[chosen, 0] + sums[chosen, 1]) <= bend and abs(sums[chosen, 2] + sums[chosen, 3]) <= bend:
            found[count] = chosen
            count += 1
    return count


def fitting_rows(sums: Ints, found: Ints, lows: Ints, highs: Ints, lists: Ints) -> None:
    """Write for each row of a target the number of compatible sets to lists[row, 0] and the sets behind it."""
    for row in range(lows.shape[0]):
        count = 0
        for i in range(found.shape[0]):
            if in_row(sums, found[i], lows[row], highs[row]):
                count += 1
                lists[row, count] = found[i]
        lists[row, 0] = count


def in_row(sums: Ints, chosen: int, low: Ints, high: Ints) -> bool:
    """Whether the values of a set at ±e1, ±e2 are within eps of those of a target row, given as low and high ends."""
    for j in range(2):
        if not (low[j] <= sums[chosen, 2 * j] <= high[j] and low[j] <= -sums[chosen, 2 * j + 1] <= high[j]):
            return False
    return True


def breaking_rays(seen: Reals, rays: Reals) -> int:
    """Write ±e1, ±e2 and the unit vectors orthogonal to a unit's row, sorted by angle; return their number.

    Between two neighbouring rays no unit changes sign, so every pruned network is linear there.
    """
    # first angles only: those of -e1, -e2, e1, e2, then both directions orthogonal to each row that meets both axes (a
    # row with a zero entry changes sign on an axis, which is there already)
    count = 4
    rays[0, 0], rays[1, 0], rays[2, 0], rays[3, 0] = -math.pi, -math.pi / 2, 0.0, math.pi / 2
    for k in range(seen.shape[0]):
        if seen[k, 0] != 0 and seen[k, 1] != 0:
            angle = math.atan2(seen[k, 0], -seen[k, 1])
            rays[count, 0] = angle
            rays[count + 1, 0] = angle - math.pi if angle > 0 else angle + math.pi
            count += 2
    # insertion sort of at most 4 + 2h angles, the first four of which are in order
    for i in range(4, count):
        j, angle = i, rays[i, 0]
        while j > 0 and rays[j - 1, 0] > angle:
            rays[j, 0] = rays[j - 1, 0]
            j -= 1
        rays[j, 0] = angle
    for i in range(count):
        angle = rays[i, 0]
        rays[i, 0], rays[i, 1] = math.cos(angle), math.sin(angle)
    return count


def on_rays(seen: Reals, second: Ints, output: int, active: int, rays: Reals, values: Reals) -> None:
    """Write values[set, ray], the value of an output on each ray, for every set of active units."""
    for r in range(rays.shape[0]):
        values[0, r] = 0
    for chosen in range(1, 1 << seen.shape[0]):
        if chosen & ~active:
            continue
        last = 0
        while not chosen >> last & 1:
            last += 1
        weight = second[last, output] * SCALE
        for r in range(rays.shape[0]):
            # positively homogeneous: values on the rays determine the function on the cones between them
            inner = seen[last, 0] * rays[r, 0] + seen[last, 1] * rays[r, 1]
            values[chosen, r] = values[chosen & (chosen - 1), r] + weight * max(inner, 0.0)


def closeness(left: Reals, right: Reals, rays: Reals, target: Reals, eps: float) -> int:
    """Decide whether a function with these values on the rays is within eps of a linear map: NEAR, FAR or UNSURE.

    On the cone between two neighbouring rays r0, r both maps are linear. There eps² |x|² - |f(x) - Wx|² is a quadratic
    form with coefficients alpha0, alpha on the rays and beta between them, and it must be copositive (non-negative for
    non-negative combinations of r0 and r): alpha0, alpha >= 0 and beta >= -sqrt(alpha0 · alpha).
    """
    # The last turn closes the circle with the cone between the last ray and the first. FAR is certain as soon as one
    # test fails clearly; NEAR needs all tests to hold clearly.
    count = rays.shape[0]
    verdict = NEAR
    x0, y0, u0, v0, alpha0 = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(count + 1):
        r = i if i < count else 0
        x, y = rays[r, 0], rays[r, 1]
        u = left[r] - target[0, 0] * x - target[0, 1] * y
        v = right[r] - target[1, 0] * x - target[1, 1] * y
        alpha = eps * eps - u * u - v * v
        if alpha < -MARGIN:
            return FAR
        if alpha < MARGIN:
            verdict = UNSURE
        if i:
            beta = eps * eps * (x * x0 + y * y0) - u * u0 - v * v0
            gap = beta * beta - alpha * alpha0
            if beta < -MARGIN and gap > MARGIN:
                return FAR
            if beta < MARGIN and gap > -MARGIN:
                verdict = UNSURE
        x0, y0, u0, v0, alpha0 = x, y, u, v, alpha
    return verdict


def match_pattern(
    first: Ints, second: Ints, pattern: int, lows: Ints, highs: Ints, rows: Ints, targets: Reals, eps: float, bend: int,
    values: Ints, seen: Reals, sums: Ints, found: Ints, room: Reals, outputs: Reals, lists: Ints,
    counts: Ints, unsure: Ints,
) -> int:  # fmt: skip
    """Add to counts[t] the number of masks with this input pattern that are near target t; return the UNSURE cases.

    Targets are listed by rows: rows[t] are the indices of the two rows of target t, and lows[r], highs[r] bound the
    entries of row r (± eps). Only masks in which every unit with an input has an output are enumerated; a unit without
    input stands for the 7 masks in which it contributes nothing. The first UNSURE cases are written to ``unsure`` as
    (target, pattern, set of the first output, set of the second); the number returned may exceed its length. The
    arrays from ``values`` to ``lists`` are working memory of the shapes in ``match_patterns``.
    """
    units = first.shape[0]
    active = unit_values(first, pattern, values, seen)
    # a unit without input has 4 masks, one with an input but without output 3: 7 that contribute nothing
    weight = np.int64(1)
    for k in range(units):
        if not active >> k & 1:
            weight *= 7
    rays = room[: breaking_rays(seen, room)]
    for i in range(2):
        number = fitting(values, second, i, active, bend, sums[i], found[i])
        on_rays(seen, second, i, active, rays, outputs[i])
        fitting_rows(sums[i], found[i, :number], lows, highs, lists[i])
    cases = 0
    for t in range(targets.shape[0]):
        # lists hold their length at index 0, so entries 1, …, lefts[0] are the compatible sets
        lefts, rights = lists[0, rows[t, 0]], lists[1, rows[t, 1]]
        for i in range(1, lefts[0] + 1):
            left = lefts[i]
            for j in range(1, rights[0] + 1):
                right = rights[j]
                # a unit that sees an input but reaches no output is counted with the pattern in which it has no input
                if left | right != active:
                    continue
                verdict = closeness(outputs[0, left], outputs[1, right], rays, targets[t], eps)
                if verdict == NEAR:
                    counts[t] += weight
                elif verdict == UNSURE:
                    if cases < unsure.shape[0]:
                        unsure[cases, 0], unsure[cases, 1] = t, pattern
                        unsure[cases, 2], unsure[cases, 3] = left, right
                    cases += 1
    return cases


def match_patterns(
    first: Ints, second: Ints, start: int, stop: int, lows: Ints, highs: Ints, rows: Ints, targets: Reals, eps: float,
    bend: int, counts: Ints, unsure: Ints,
) -> int:  # fmt: skip
    """Apply ``match_pattern`` to the patterns start … stop - 1; UNSURE cases are written one after the other."""
    units = first.shape[0]
    values = np.empty((units, 4), np.int64)
    seen = np.empty((units, 2), np.float64)
    sums = np.empty((2, 1 << units, 4), np.int64)
    found = np.empty((2, 1 << units), np.int64)
    breaks = np.empty((4 + 2 * units, 2), np.float64)
    outputs = np.empty((2, 1 << units, 4 + 2 * units), np.float64)
    lists = np.empty((2, lows.shape[0], 1 + (1 << units)), np.int64)
    cases = 0
    for pattern in range(start, stop):
        room = unsure[min(cases, unsure.shape[0]) :]
        cases += match_pattern(
            first, second, pattern, lows, highs, rows, targets, eps, bend,
            values, seen, sums, found, breaks, outputs, lists, counts, room,
        )  # fmt: skip
    return cases
