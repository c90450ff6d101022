"""The rule for refutations, and for each form of judgement the function that examines its counterexamples."""

from __future__ import annotations

from errors import Rejected
from shapes import Data, Judgement
from theorems.rules import function

REFUTATIONS = {
    "inequality": "places.refuted_inequality",
    "contraction": "samples.refuted_contraction",
    "cut": "sets.refuted_cut",
    "flow": "sets.refuted_flow",
    "capped-gain": "sets.refuted_capped_gain",
    "grid-cut": "sets.refuted_grid_cut",
    "drift": "sets.refuted_drift",
    "grid-drift": "sets.refuted_grid_drift",
    "restricted-process": "samples.refuted_process",
    "uncovered": "samples.refuted_uncovered",
    "cover": "samples.refuted_cover",
    "layer": "samples.refuted_cover",
    "network": "samples.refuted_cover",
    "composition": "samples.refuted_composition",
    "propagation": "samples.refuted_propagation",
    "reads": "windows.refuted_reads",
    "convolution": "windows.refuted_convolution",
    "pooling": "windows.refuted_pooling",
    "hidden-channels": "windows.refuted_hidden_channels",
    "bias": "windows.refuted_bias",
    "residual": "windows.refuted_residual",
    "conv-layer": "samples.refuted_cover",
    "conv-network": "samples.refuted_cover",
    "conv-pruning": "families.refuted_kernels",
    "packing": "families.refuted_packing",
    "diameter": "families.refuted_diameter",
    "volume": "families.refuted_volume",
    "counting": "families.refuted_counting",
    "units": "families.refuted_count",
    "columns": "families.refuted_count",
    "pruning": "families.refuted_pruning",
    "two-layer": "families.refuted_two_layer",
}


def counterexample(goal: Judgement, data: dict[str, Data]) -> None:
    """Mathematics 5.43: conclude `not J` from a point, set, colouring or law that J excludes."""
    statement = goal["statement"]
    if statement["form"] not in REFUTATIONS:
        raise Rejected("only a form that has counterexamples is refuted by one")
    function(f"refutations.{REFUTATIONS[statement['form']]}")(statement, data)
