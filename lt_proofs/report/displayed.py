"""The conclusion of a judgement as one displayed formula: the TeX template of its form, filled in."""

from __future__ import annotations

from string import Template

from lt_proofs.terms import Judgement
from lt_proofs.terms.forms import TABLE
from lt_proofs.terms.prose import parts_of
from lt_proofs.terms.tex import tex


def displayed(judgement: Judgement) -> str | None:
    """Return the conclusion in TeX, from the form's template in forms.json; None for a form without one."""
    template = TABLE["forms"][judgement.form].get("shown")
    if template is None:
        return None
    parts = parts_of(judgement)
    wanted = {match["named"] or match["braced"] for match in Template.pattern.finditer(template)}
    shown = {name: "".join(p if isinstance(p, str) else tex(p) for p in parts[name]) for name in wanted}
    return Template(template).substitute(shown)
