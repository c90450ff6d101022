"""Convert TeX to MathML and reject any result that is not certainly right.

latex2mathml silently mistranslates some input (environments, unknown macros, sizes of delimiters). So its output is
parsed as XML, restricted to known elements with the right number of children, and searched for TeX that leaked through.
"""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert
from markupsafe import Markup

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
ELEMENTS = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot"}
    | {"msub", "msup", "msubsup", "munder", "mover", "munderover", "mstyle"}
)
ATTRIBUTES = frozenset(
    {"display", "stretchy", "fence", "form", "width", "mathvariant", "displaystyle", "scriptlevel", "movablelimits"}
    | {"minsize", "maxsize", "accent", "linethickness"}
)
ARGUMENTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3}
# operators that the converter marks as identifiers
SPELLED = (":", "⟹", "⟺")
# signs of the converter that few fonts have -> those that they have
COMMON = {"⧵": "∖"}


def mathml(tex: str, *, block: bool = False) -> Markup:
    r"""Return the formula as a ``math`` element that carries its TeX as an annotation.

    >>> str(mathml("v"))[:42]
    '<math display="inline"><semantics><mrow><m'

    Raises ValueError if the result is not XML, has unknown or missing parts, or contains a backslash or ``&``; and for
    environments, which the converter mistranslates.
    """
    # alignments come out as plausible but wrong MathML, so they are refused before conversion
    if "&" in tex or r"\begin" in tex:
        raise ValueError(f"{tex!r} cannot become MathML: write one formula without environments")
    # the converter knows sizes of signs but not of named delimiters
    known = re.sub(r"(\\[bB]ig[lrm]?)\\[lr]vert\b", r"\1|", tex)
    known = re.sub(r"(\\[bB]ig[lrm]?)\\[lr]Vert\b", r"\1‖", known)
    try:
        root = ElementTree.fromstring(convert(known, display="block" if block else "inline"))
    except Exception as error:
        raise ValueError(f"{tex!r} did not become MathML: {error}") from error
    if root.tag != f"{NAMESPACE}math" or len(root) != 1:
        raise ValueError(f"{tex!r} did not become one math element")
    # written again from the checked tree, because the converter's own text may contain more than was parsed
    inside = _serialised(root[0], tex)
    annotation = f'<annotation encoding="application/x-tex">{escape(tex)}</annotation>'
    display = "block" if block else "inline"
    return Markup(f'<math display="{display}"><semantics>{inside}{annotation}</semantics></math>')


def _serialised(node: ElementTree.Element, tex: str) -> str:
    """Serialise an element and its content after checking them; only what was checked is written."""
    name = node.tag.removeprefix(NAMESPACE)
    text = COMMON.get(node.text or "", node.text or "")
    unknown = [key for key in node.attrib if key not in ATTRIBUTES]
    if len(node) != ARGUMENTS.get(name, len(node)):
        raise ValueError(f"{tex!r} became MathML with an incomplete {name}")
    if name not in ELEMENTS or unknown or (node.tail or "").strip():
        raise ValueError(f"{tex!r} became MathML with the unknown part {[name, *unknown]}")
    if "\\" in text or "&" in text:
        raise ValueError(f"{tex!r} leaked {text!r} into its MathML")
    if name == "mi" and text in SPELLED:
        name = "mo"
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attrib.items())
    children = "".join(_serialised(child, tex) for child in node)
    return f"<{name}{attributes}>{escape(text)}{children}</{name}>"
