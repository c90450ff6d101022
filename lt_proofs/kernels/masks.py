"""All masks of two-layer networks with one or two inputs, and which linear maps they come close to.

A mask of a network with two inputs and outputs is a choice of inputs for every hidden unit and, for each output, a
subset of the units. For fixed choices of inputs the two outputs do not know of one another: each takes the subsets
whose value at the four signed unit vectors fits, and only fitting pairs are looked at as functions. A unit without
input or without output makes nothing; it is looked at once and counted for all its 7 masks. So all 16^h masks are
accounted for in about 8^h steps.

Weights are integers in units of 2^-24, values at unit vectors integers in units of 2^-48. Whether a function is near a
linear map everywhere is decided in floats only where it is clear by 1e-11, and else left to integers (UNSURE):
every number that is compared is made of a few dozen products below 64, so that rounding stays below 1e-12.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

FAR, NEAR, UNSURE = 0, 1, 2
MARGIN = 1e-11
SCALE = 2.0**-24


def unit_values(first: Ints, pattern: int, values: Ints, seen: Reals) -> int:
    """Write what each unit sees at e1, -e1, e2, -e2, and its masked row; the set of units that see something."""
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
    """Write the sets of active units whose values at x and -x cancel up to ``bend``, and their number."""
    count = 0
    for v in range(4):
        sums[0, v] = 0
    for chosen in range(1 << values.shape[0]):
        if chosen & ~active:
            continue
        if chosen:
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
    """Write for each possible row of a target how many of the found sets fit it, and these sets."""
    for row in range(lows.shape[0]):
        count = 0
        for i in range(found.shape[0]):
            if in_row(sums, found[i], lows[row], highs[row]):
                count += 1
                lists[row, count] = found[i]
        lists[row, 0] = count


def in_row(sums: Ints, chosen: int, low: Ints, high: Ints) -> bool:
    """Whether the values at the signed unit vectors fit a row of the target."""
    for j in range(2):
        if not (low[j] <= sums[chosen, 2 * j] <= high[j] and low[j] <= -sums[chosen, 2 * j + 1] <= high[j]):
            return False
    return True


def breaking_rays(seen: Reals, rays: Reals) -> int:
    """Write the unit vectors with both signs and the unit vectors on which a unit breaks, by angle; their number."""
    count = 4
    rays[0, 0], rays[1, 0], rays[2, 0], rays[3, 0] = -math.pi, -math.pi / 2, 0.0, math.pi / 2
    for k in range(seen.shape[0]):
        if seen[k, 0] != 0 and seen[k, 1] != 0:
            angle = math.atan2(seen[k, 0], -seen[k, 1])
            rays[count, 0] = angle
            rays[count + 1, 0] = angle - math.pi if angle > 0 else angle + math.pi
            count += 2
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
    """Write the value of an output on each ray for every set of active units."""
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
            inner = seen[last, 0] * rays[r, 0] + seen[last, 1] * rays[r, 1]
            values[chosen, r] = values[chosen & (chosen - 1), r] + weight * max(inner, 0.0)


def closeness(left: Reals, right: Reals, rays: Reals, target: Reals, eps: float) -> int:
    """Whether a function with these outputs on the rays is within eps of a linear map: NEAR, FAR or UNSURE.

    Between two rays the function is linear and the squared distance a quadratic form; eps^2 |x|^2 minus it must be
    copositive.
    """
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
    """Count, for each target, the masks near it of which these are the units' inputs; how many were UNSURE.

    ``rows`` says which of the rows, whose least and greatest values are ``lows`` and ``highs``, each target has. Every
    unit with an input has an output here. A unit without input stands for all its 7 masks that make nothing.
    The first UNSURE cases are written as (target, pattern, set of the first output, set of the second). The seven
    arrays in between are room, of the shapes that ``match_patterns`` gives it.
    """
    units = first.shape[0]
    active = unit_values(first, pattern, values, seen)
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
        lefts, rights = lists[0, rows[t, 0]], lists[1, rows[t, 1]]
        for i in range(1, lefts[0] + 1):
            left = lefts[i]
            for j in range(1, rights[0] + 1):
                right = rights[j]
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
    """The same for the patterns from start to stop; the UNSURE cases one after the other."""
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
