"""Half a law is no law: a stream or objective that nobody knows is refused, and never taken for another one."""

import numpy as np
import pytest

from lt_proofs.errors import BadInput
from lt_proofs.kernels import gadgets, growth, passage
from lt_proofs.kernels.cpu import compiled
from lt_proofs.kernels.laws import LAWS, STREAMS, check_law
from lt_proofs.laws import LAWS as NAMED
from lt_proofs.laws import Sampler, law_named

UNKNOWN = (-1, 0, 4, 7, 2**32 + 1)
SEED = np.uint64(7)


def room():
    return np.empty((4, 4099), np.int64)


@pytest.mark.parametrize("law", UNKNOWN)
@pytest.mark.parametrize("run", [lambda kernel: kernel, compiled], ids=["plain", "compiled"])
def test_kernels_refuse_unknown_laws_and_touch_nothing(run, law):
    for kernel, more in ((passage.first_passages, (0, 100, 0, 50, 9)), (growth.outcomes, None)):
        out = np.full(3, 77, np.int64)
        with pytest.raises(ValueError, match="unknown law"):
            if more is None:
                run(kernel)(law, 24, SEED, 0, 1000, 3, room(), out)
            else:
                run(kernel)(law, SEED, *more, room(), out)
        assert out.tolist() == [77] * 3


@pytest.mark.parametrize("law", LAWS)
def test_every_law_is_taken(law):
    out = np.full(3, 77, np.int64)
    growth.outcomes(law, 24 if law == STREAMS["uniform"] else 48, SEED, 0, 1000, 2, room(), out)
    assert all(0 <= outcome < 64 for outcome in out)
    assert check_law(law) == law


@pytest.mark.parametrize("law", UNKNOWN)
def test_a_law_without_a_stream_cannot_be_made(law):
    for refused in (lambda: Sampler("half", law, 48), lambda: check_law(law)):
        with pytest.raises(BadInput, match="uniform, product, gadget"):
            refused()


def test_laws_and_streams_are_the_same_everywhere(checker):
    read = {name: (row["stream"], row["bits"]) for name, row in checker.counts_trials.SAMPLED.items()}
    assert {law.name: (law.stream, law.bits) for law in NAMED.values()} == read
    assert set(LAWS) == {law.stream for law in NAMED.values()}
    with pytest.raises(BadInput, match="law: half"):
        law_named("half")


def test_tasks_of_a_gpu_refuse_unknown_laws():
    from lt_proofs.cuda.gadgets import GadgetTask
    from lt_proofs.cuda.passage import GrowthTask, PassageTask

    for law in UNKNOWN:
        with pytest.raises(BadInput, match="law"):
            PassageTask(law, 24, SEED, 10, 0, 5, 3, 9)
        with pytest.raises(BadInput, match="law"):
            GrowthTask(law, 24, SEED, 10, 3, 9)
    none = np.empty((0, 0), np.int64)
    with pytest.raises(BadInput, match="objective"):
        GadgetTask(SEED, SEED, 1, none, none, none, none, 3)


@pytest.mark.parametrize("run", [lambda kernel: kernel, compiled], ids=["plain", "compiled"])
def test_masks_for_an_unknown_objective_are_not_looked_for(run):
    ints, few = np.zeros(4, np.int64), np.zeros((1, 4), np.int64)
    with pytest.raises(ValueError, match="unknown objective"):
        run(gadgets.solve_row)(
            ints, ints, few, ints, ints, 3, np.zeros(1, np.uint8), ints, np.zeros(1, np.uint8),
            np.zeros((9, 2100), np.int64), np.zeros(1 << 15, np.uint8),
        )  # fmt: skip
