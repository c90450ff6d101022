"""Index maps of the checker against an image that is padded pixel by pixel, and what windows are refused."""

from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lt_proofs.proof.asking import module

maps = module("data.index_maps")
Malformed = module("errors").Malformed
MODES = ("zeros", "circular", "reflect", "replicate")


@st.composite
def windows(draw):
    mode = draw(st.sampled_from(MODES))
    axes = draw(st.integers(1, 3))
    fields = []
    for _ in range(axes):
        size, kernel, stride, dilation = (draw(st.integers(1, top)) for top in (4, 3, 3, 2))
        reach = dilation * (kernel - 1) + 1
        most = {"circular": size, "reflect": size - 1}.get(mode, 3)
        before, after = (draw(st.integers(0, min(3, most))) for _ in range(2))
        if size + before + after < reach:
            kernel = 1
        fields.append((size, kernel, stride, dilation, (before, after)))
    return maps.Window(*map(tuple, zip(*fields, strict=True)), mode)


def padded_line(size, before, after, mode):
    """The line of coordinates with its padding written out, one pixel after the other."""
    inside = list(range(size))
    if mode == "zeros":
        return [None] * before + inside + [None] * after
    if mode == "replicate":
        return [0] * before + inside + [size - 1] * after
    if mode == "circular":
        return inside[size - before :] + inside + inside[:after]
    return inside[1 : before + 1][::-1] + inside + inside[size - 1 - after : size - 1][::-1]


def oracle(win):
    """phi by slices of padded lines: rows of pixels, None outside."""
    slices = []
    for size, kernel, stride, dilation, (before, after) in zip(*win[:5], strict=True):
        line = padded_line(size, before, after, win.mode)
        reach = dilation * (kernel - 1) + 1
        slices.append([line[q : q + reach : dilation] for q in range(0, len(line) - reach + 1, stride)])
    rows = []
    for chosen in product(*slices):
        row = []
        for coordinates in product(*chosen):
            pixel = 0
            for size, z in zip(win.sizes, coordinates, strict=True):
                pixel = None if pixel is None or z is None else pixel * size + z
            row.append(pixel)
        rows.append(row)
    return rows


@given(windows())
def test_table_is_the_padded_image_cut_into_windows(win):
    assert [[None if p == maps.OUTSIDE else p for p in row] for row in maps.table(win)] == oracle(win)


@given(windows())
def test_counts_of_reads(win):
    rows = oracle(win)
    assert prod(win.outputs) == len(rows) and win.taps == len(rows[0])
    pixels = range(win.pixels)
    assert maps.reads(win) == max(sum(row.count(p) for row in rows) for p in pixels)
    columns = list(zip(*rows, strict=True))
    assert maps.reads_by_tap(win) == [max(column.count(p) for p in pixels) for column in columns]
    assert maps.inner_tap(win) == next((t for t, column in enumerate(columns) if None not in column), None)


@given(windows())
def test_a_window_is_read_back(win):
    data = {"kernel": [*win.kernel], "strides": [*win.strides], "dilations": [*win.dilations], "mode": win.mode}
    assert maps.window({**data, "pads": [[*pair] for pair in win.pads]}, win.sizes, "node 1") == win


GOOD = {"kernel": [3], "strides": [1], "pads": [[1, 1]]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mode": "constant 1"}, "behind a ReLU only zeros"),
        ({"mode": "constant"}, "padding must be zeros"),
        ({"kernel": [0]}, "kernel must be integers from 1"),
        ({"kernel": [3, 3]}, "kernel must be 1 integers"),
        ({"kernel": [True]}, "kernel must be integers"),
        ({"kernel": [8]}, "wider than the image"),
        ({"strides": [0]}, "strides must be integers from 1"),
        ({"dilations": [0]}, "dilations must be integers from 1"),
        ({"dilations": [4]}, "wider than the image"),
        ({"pads": [[1]]}, "pads must be 2 integers"),
        ({"pads": [[-1, 1]]}, "pads must be integers from 0"),
        ({"pads": 1}, "pads must be 1 pairs"),
        ({"pads": [[5, 0]], "mode": "reflect"}, "reflect padding of 5 pixels for an image of 5"),
        ({"pads": [[0, 6]], "mode": "circular"}, "circular padding of 6 pixels"),
    ],
)
def test_windows_that_are_refused(change, words):
    assert maps.window(GOOD, (5,), "node 1").outputs == (5,)
    with pytest.raises(Malformed, match=words):
        maps.window({**GOOD, **change}, (5,), "node 1")


@pytest.mark.parametrize(
    ("sizes", "kernel", "stride", "dilation", "pad", "mode", "reads"),
    [
        ((6, 6), 3, 1, 1, 1, "zeros", 9),
        ((6, 6), 3, 3, 1, 0, "zeros", 1),
        ((6, 6), 3, 2, 1, 1, "zeros", 4),
        ((8,), 2, 2, 2, 0, "zeros", 2),  # not ceil(2/2) = 1: both taps read the even pixels
        ((5,), 3, 1, 1, 1, "circular", 3),
        ((3, 3), 3, 1, 1, 2, "replicate", 36),
        ((4,), 3, 1, 1, 1, "reflect", 4),
    ],
)
def test_reads_of_known_windows(sizes, kernel, stride, dilation, pad, mode, reads):
    axes = len(sizes)
    win = maps.Window(sizes, *((value,) * axes for value in (kernel, stride, dilation, (pad, pad))), mode)
    assert maps.reads(win) == reads
