"""The pages of this folder as a site that needs no network and no script: ``sphinx-build -W docs site``.

Formulas become MathML by the converter of the report, which refuses what it cannot translate with certainty.
"""

from __future__ import annotations

from importlib.metadata import version as installed

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from lt_proofs.report.mathml import mathml

project = "lt_proofs"
release = version = installed("lt_proofs")
project_copyright = "the authors of lt_proofs"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_click"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
# doctest prompts stay: they show what a line answers
highlight_language = "python"
html_theme = "furo"
html_title = "lt_proofs"
html_show_sourcelink = False
# two hyphens begin an option; they are no dash
smartquotes = False
html_math_renderer = "checked-mathml"
autodoc_typehints = "description"
exclude_patterns = ["mathematics/index.py"]
# the links of these pages to files of the source tree lead to no page of the site
suppress_warnings = ["myst.xref_missing"]


def formula(writer: HTML5Translator, node: nodes.math) -> None:
    """Write a formula inside a line."""
    writer.body.append(str(mathml(node.astext())))
    raise nodes.SkipNode


def displayed(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own; a wide one is scrolled, not the page."""
    text = str(mathml(node.astext().strip(), block=True))
    writer.body.append(f'<div style="overflow-x: auto">{text}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer of formulas."""
    app.add_html_math_renderer("checked-mathml", (formula, None), (displayed, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
