"""Campaigns of random trials: what they count, who runs them, ledgers, confidence intervals and certificates.

``campaign`` defines the experiments, ``run`` counts them, ``leaves`` divides the trials, ``threads``, ``gpu`` and
``cluster`` execute leaves, ``ledger`` keeps them, ``intervals`` evaluates counts, ``certificate`` and ``recount`` write
and repeat. Mathematics 7.5 to 7.10 has the theory.
"""
