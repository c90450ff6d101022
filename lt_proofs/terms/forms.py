"""The forms of judgements and the laws of samples, from the tables that the checker reads as well."""

from __future__ import annotations

from typing import Any

from lt_proofs import tables

TABLE: dict[str, Any] = {**tables.FORMS, "laws": {**tables.LAWS, **tables.FORMS["laws"]}}

FORMS: dict[str, dict[str, str]] = {
    form: row["fields"] for form, row in TABLE["forms"].items() if row["fields"] and form != "not"
}
"""Form -> its fields in order, each with the kind of data that it holds; refutations, and what has
no fields (tickets, differences, campaigns), are built by their own programs and left out."""

LAWS: dict[str, tuple[str, ...]] = {kind: tuple(row["numbers"]) for kind, row in TABLE["laws"].items()}
"""The laws of a sample X, each with the names of its numbers."""

WORDS: frozenset[str] = frozenset(TABLE["words"])
"""What no variable is called, in small letters: the functions, and the words that join a sentence."""

CHOICES: dict[str, dict[str, str]] = TABLE["choices"]
"""The kinds of fields that hold one of a few words: each word with what it says."""
