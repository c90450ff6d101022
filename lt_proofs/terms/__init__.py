"""The language of claims: terms, relations, domains and judgements as frozen data.

A claim is a tree of these; everything that shows, falsifies, translates or proves it walks the same tree.
"""

from lt_proofs.terms.canonical import canonical_json, content_digest
from lt_proofs.terms.forms import FORMS
from lt_proofs.terms.judgement import Domain, Judgement, Law, Range, decode, encode
from lt_proofs.terms.parser import parse_domain, parse_relation, parse_term
from lt_proofs.terms.tree import Apply, Number, Relation, Symbol, Term, number, symbols

__all__ = [
    "FORMS",
    "Apply",
    "Domain",
    "Judgement",
    "Law",
    "Number",
    "Range",
    "Relation",
    "Symbol",
    "Term",
    "canonical_json",
    "content_digest",
    "decode",
    "encode",
    "number",
    "parse_domain",
    "parse_relation",
    "parse_term",
    "symbols",
]
