"""The certificate file: limits, canonical text, digest, and the walk over its steps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from stat import S_ISREG
from typing import Any, NoReturn

from errors import Malformed, Rejected, fresh_budget, spend
from inequalities.formulas import Statement
from inequalities.syntax import FORMS, NAMED, agree, judgement, sequence
from shapes import Data, Judgement
from theorems.meaning import meant, named
from theorems.rules import RULES, Rule, function
from words import sentence

FORMAT = "lt_proofs certificate 2"
OLDER = ("lt_proofs certificate 1",)
KEYS = {"format", "claim", "statement", "steps", "digest"}
STEP_KEYS = {"rule", "from", "goal", "data"}
MAX_BYTES = 16 * 2**20
MAX_STEPS = 100_000
MAX_DEPTH = 400
OWN = {"ticket": "ticket", "difference": "difference", "regions": "regions", "campaign": "counts"}  # no theorems' names
MAX_DIGITS = 400
MAX_MEMORY = 160 * 2**20
ITEM = 5  # units for an item of a list or a table, beside one for each byte
COST = {b"[": 90, b"{": 700, b",": 70, b":": 20}  # bytes of CPython for a list, a table, an item and its key
STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
NO_BRACKETS = bytes(byte for byte in range(256) if byte not in STEP)


def read(path: Path) -> dict[str, Data]:
    """The envelope of a file, with its judgements still as JSON data."""
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            raise Malformed(f"not a regular file of at most {MAX_BYTES} bytes")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise Malformed("the file is missing") from None
    except OSError as error:
        raise Malformed(f"cannot be read: {error.strerror}") from None
    fresh_budget()
    spend(len(raw) + ITEM * raw.count(b","))
    if memory(raw) > MAX_MEMORY:
        raise Malformed(f"more work than one file may cost: its lists and tables need more than {MAX_MEMORY} bytes")
    if nesting(raw) > MAX_DEPTH:
        raise Malformed(f"JSON nested deeper than {MAX_DEPTH}")
    try:
        data = json.loads(
            raw.decode("ascii"),
            object_pairs_hook=no_duplicates,
            parse_int=short,
            parse_float=no_float,
            parse_constant=no_float,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON of this format: {str(error)[:80]}") from None
    if isinstance(data, dict) and data.get("format") in OLDER:
        raise Malformed(f"a file of the format {data['format']!r}; this checker reads {FORMAT!r}: make the file anew")
    if not isinstance(data, dict) or set(data) != KEYS or data["format"] != FORMAT:
        raise Malformed(f"not a certificate of the format {FORMAT!r}")
    if (canonical(data) + "\n").encode() != raw:
        raise Malformed("the text is not canonical JSON")
    digest = data.pop("digest")
    if digest != "sha256:" + hashlib.sha256(canonical(data).encode()).hexdigest():
        raise Malformed("the digest is not that of the content")
    for table in each(data):
        if isinstance(table, Table):
            table.read.clear()  # what was read to make the text says nothing about the steps
    return data


def nesting(raw: bytes) -> int:
    """The deepest nesting of brackets, strings included: an upper bound that needs no parser."""
    brackets = raw.translate(None, delete=NO_BRACKETS)
    return max(accumulate(STEP[byte] for byte in brackets), default=0)


def memory(raw: bytes) -> int:
    """The bytes that the items of the parsed file take: an upper bound that needs no parser."""
    return sum(raw.count(mark) * cost for mark, cost in COST.items())


def canonical(data: Data) -> str:
    """Sorted keys, no spaces, ASCII."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def no_duplicates(pairs: list[tuple[str, Data]]) -> Table:
    """A table, if no key comes twice."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key comes twice")
    return Table(pairs)


def short(text: str) -> int:
    """A whole number that is not long: the conversion takes quadratic time."""
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a whole number of more than {MAX_DIGITS} digits")
    return int(text)


def no_float(text: str) -> NoReturn:
    """Refuse floats: no float decides a claim."""
    raise ValueError(f"the float {text[:20]}")


class Table(dict[str, Any]):
    """A JSON object that notes which of its entries were read: an entry that nothing reads has no place in a proof."""

    def __init__(self, pairs: list[tuple[str, Data]]) -> None:
        super().__init__(pairs)
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> Data:
        self.read.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Data = None) -> Data:
        """The entry, read."""
        self.read.add(key)
        return super().get(key, default)

    def items(self) -> Any:
        """All entries, read."""
        self.read.update(self)
        return super().items()


def each(data: Data) -> Iterator[Data]:
    """All values of a JSON tree, without recursion: a file may be deep."""
    todo = [data]
    while todo:
        value = todo.pop()
        yield value
        if isinstance(value, dict):
            todo += dict.values(value)
        elif isinstance(value, list):
            todo += value


def verify(data: dict[str, Data], folder: Path) -> tuple[Judgement, list[str], list[str]]:
    """Check every step; return the statement, the rules used and the remarks that they make."""
    if not isinstance(data["claim"], str) or not NAMED.fullmatch(data["claim"]):
        raise Malformed("the claim's name must be letters, digits, '-' and '_', at most 80")
    # Python takes true for 1 in comparisons and sums; no certificate has a use for it
    if any(isinstance(value, bool) for value in each(data)):
        raise Malformed("true and false are no numbers, and a certificate holds nothing else")
    statement = judgement(data["statement"])
    named_for_its_kind(data["claim"], statement["form"])
    goals: list[Judgement] = []
    used: set[int] = set()
    names: list[str] = []
    remarks: list[str] = []
    steps = sequence(data["steps"], MAX_STEPS, least=1)
    for number, step in enumerate(steps):
        if not isinstance(step, dict) or set(step) != STEP_KEYS or not isinstance(step["data"], dict):
            raise Malformed(f"step {number} must have exactly rule, from, goal and data")
        name, sources = step["rule"], step["from"]
        if not isinstance(name, str) or name not in RULES:
            raise Malformed(f"step {number} names no rule of this checker")
        spend(500 + 50 * len(sequence(sources, MAX_STEPS)))
        if not all(type(s) is int and 0 <= s < number for s in sources):
            raise Malformed(f"step {number} must come from earlier steps")
        goal = judgement(step["goal"])
        goal = Statement(goal) if FORMS[goal["form"]] else goal
        try:
            premises, hints = [goals[s] for s in sources], step["data"]
            remark = concluded(RULES[name], goal, premises, hints, folder, final=number == len(steps) - 1)
        except Rejected as error:
            raise Rejected(f"step {number} ({name}): {error}") from None
        goals.append(goal)
        used.update(sources)
        names.append(name)
        remarks += [remark] if remark else []
    if not agree(goals[-1], statement):
        raise Rejected("the last step does not conclude the statement")
    idle = set(range(len(goals) - 1)) - used
    if idle:
        raise Rejected(f"step {min(idle)} is not used")
    for number, step in enumerate(steps):
        for table in (value for value in each([step["goal"], step["data"]]) if isinstance(value, Table)):
            if table.keys() - table.read:
                raise Malformed(f"step {number}: nothing reads {sorted(table.keys() - table.read)[0][:40]!r}")
    return statement, names, remarks


def named_for_its_kind(claim: str, form: str) -> None:
    """Reject a theorem under the name of a ticket or a campaign, and what is about files under any other name."""
    if OWN.get(claim, form) != form or (form in OWN and claim != form):
        raise Malformed(f"a file about {form} is not called {claim}")


def concluded(
    rule: Rule, goal: Judgement, premises: list[Judgement], data: dict[str, Data], folder: Path, final: bool
) -> str | None:
    """Reject unless the premises of a step are those of its rule and its obligations, in this order."""
    structural, proved = split(rule, goal, premises)
    asked = obligations(rule, goal, structural, data, final)
    for k, wanted in enumerate(asked):
        if k >= len(proved) or not agree(proved[k], wanted):
            raise Rejected(f"obligation {k + 1} of {len(asked)} is not the premise there: {sentence(wanted)[:400]}")
    if len(proved) > len(asked):
        raise Rejected(f"{len(proved) - len(asked)} premises are more than the rule asks for")
    given = {"data": data, "folder": folder}
    if not rule.looks:
        return None
    return function(rule.looks)(goal, *structural, **{what: given[what] for what in rule.takes})


def split(rule: Rule, goal: Judgement, premises: list[Judgement]) -> tuple[list[Judgement], list[Judgement]]:
    """The premises that the rule is about, and the rest."""
    if goal["form"] != rule.form:
        raise Rejected(f"it concludes judgements of the form {rule.form}")
    forms = list(rule.premises)
    if forms[1:] == ["..."]:
        first = (k for k, premise in enumerate(premises) if premise["form"] != forms[0])
        forms = forms[:1] * max(1, next(first, len(premises)))
    if [premise["form"] for premise in premises[: len(forms)]] != forms:
        raise Rejected(f"the rule needs premises of the forms {', '.join(forms)} first")
    return premises[: len(forms)], premises[len(forms) :]


def obligations(
    rule: Rule, goal: Judgement, premises: list[Judgement], data: dict[str, Data], final: bool = True
) -> list[Judgement]:
    """The judgements that a step must prove: that its goal says something, and what its rule asks for.

    `premises` are those of the forms that the rule names.  The search for proofs asks this function, too.
    """
    asked = meant(goal, data, final)
    if not rule.asks:
        return asked
    asks = function(rule.asks)
    code, optional = asks.__code__, asks.__kwdefaults__ or {}
    hints = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    missing = [hint for hint in hints if hint not in data and hint not in optional]
    if missing:
        raise Malformed(f"the rule needs the hint {missing[0]}")
    asked += asks(goal, *premises, **{hint: data[hint] for hint in hints if hint in data})
    for one in asked:
        named(one)
    return asked
