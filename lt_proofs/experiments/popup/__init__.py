"""Experiment 2 of the paper: subnetworks found by edge-popup, compared with tickets constructed by subset sums.

Edge-popup (Ramanujan et al., *What's hidden in a randomly weighted neural network?*, CVPR 2020) learns a score for each
weight of a frozen random network and keeps the weights with the largest scores. It searches Theorem 1's random network
with r hidden units per input, `structure-relu`; the same without the inner ReLU, `structure-linear`; and `wide`, a
plain random network with the same number of weights. For comparison there are `trained`, the dense network trained as
usual, and `ticket`, the masks that `prune` constructs for that trained network with no more kept weights than the
structure has. Only `layers`, `training` and `networks` import torch (extra ``[torch]``).

The result, reports/popup.json, holds what :func:`lt_proofs.experiments.popup.summary.summary` returns:

====================  ==============================================================================================
format                "lt_proofs popup 1"
date, machine         when and where (texts); `machine` names processor, cores, load, system and the versions used
settings              data, preset, networks, variants, fractions (texts such as "9/10"), seeds, r, epochs, …
split                 {training, validation, test, digest}: numbers of images, and the SHA-256 of them all
interval              what `low` and `high` are
seconds               of all runs together; processor_seconds, which a busy machine changes less
remarks               what to know when reading the curves (texts)
networks              a list of {name, widths, weights (of the target), trained, curves, equal_accuracy, bounds}
… trained             {mean, low, high, accuracies, epochs}: each list has one entry for each seed
… curves              a list of {variant, widths, points}
… … points            {removed, drawn, kept, drawn_per_weight, kept_per_weight, mean, low, high, accuracies, epochs};
                      `removed` is the text of a fraction (of `ticket`: of the structure whose number of kept weights it
                      may not exceed), `drawn` and `kept` count weights of the random network, one entry for each
                      seed; mean, low and high are from 0 to 1; a ticket has `eps` in place of `epochs`
… equal_accuracy      {margin, rows: [{variant, kept_per_weight, drawn_per_weight, removed, mean} or, where no point
                      comes that near the trained network, {variant, kept_per_weight: null}]}
… bounds              a list of {claim, what, drawn_per_weight, eps}, or empty where they cannot be computed
published             {points: [], note}
====================  ==============================================================================================
"""
