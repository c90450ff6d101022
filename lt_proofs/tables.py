"""What the checker and the library both read, from the checker's folder: forms of judgements and laws of samples.

The laws that campaigns draw have one file each, ``checker/laws/NAME.json``:

* ``numbers``, ``says`` and what else a law of ``forms.json`` has: its numbers and its words;
* ``sampled``: how a sample is drawn. ``sample`` is a term in a and b with integer constants, the operations + - * of
  two terms, abs, min and max, where a and b are independent and uniform on the odd integers between -2^24 and 2^24;
  ``draws`` says whether it takes a alone (1) or both (2). A sample counts in units of 2^-``bits``, at most 48, and lies
  in [-1, 1]. ``stream`` is the number of the law's Philox stream, which nothing else uses; ``most`` is the number of
  samples at which a trial of a campaign is given up unless the user says otherwise;
* ``not_positive``: the probability that a sample is not above 0;
* ``density``, if the law has a density that falls in \\|z\\|: a term D(z) such that the density at z and at -z, for z
  >= 0, is the larger of 0 and D(z);
* ``recorded``, if the package keeps campaigns of the law (campaigns/recorded.py): after how many ``steps`` its growth
  is counted, which numbers of samples its first passages are ``asked`` about, and for each 1/eps of its curves the
  ``middles``: about how many samples cover with probability 99/100;
* ``products``, if the law is 0 but for this probability, and then is the product b a of independent a, uniform on
  [0, 1], and b, uniform on [-1, 1].
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

_FOLDER = files("lt_proofs").joinpath("checker")

FORMS: dict[str, Any] = json.loads(_FOLDER.joinpath("forms.json").read_text("utf-8"))
"""Forms, the choices of their fields, and the laws without a file of their own."""

LAWS: dict[str, dict[str, Any]] = dict(
    sorted(
        (
            (path.name.removesuffix(".json"), json.loads(path.read_text("utf-8")))
            for path in _FOLDER.joinpath("laws").iterdir()
            if path.name.endswith(".json")
        ),
        key=lambda law: law[1]["sampled"]["stream"],
    )
)
"""The laws that have files, by name, in the order of their streams."""

NAMES: tuple[str, ...] = tuple(LAWS)
