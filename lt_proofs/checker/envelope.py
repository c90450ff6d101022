"""The certificate file: limits, canonical text, digest, and the walk over its steps."""

import hashlib
import json
from itertools import accumulate

from errors import Malformed, Rejected, fresh_budget, spend
from rules import RULES
from syntax import NAMED, judgement, sequence

FORMAT = "lt_proofs certificate 1"
KEYS = {"format", "claim", "statement", "steps", "digest"}
STEP_KEYS = {"rule", "from", "goal", "data"}
MAX_BYTES = 16 * 2**20
MAX_STEPS = 100_000
MAX_DEPTH = 400
MAX_DIGITS = 400
MAX_MEMORY = 160 * 2**20
COST = {b"[": 90, b"{": 300, b",": 70, b":": 20}  # bytes of CPython for a list, a table, an item and its key
STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
NO_BRACKETS = bytes(byte for byte in range(256) if byte not in STEP)


def read(path):
    """The envelope of a file, with its judgements still as JSON data."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            raise Malformed(f"not a regular file of at most {MAX_BYTES} bytes")
        raw = path.read_bytes()
    except OSError as error:
        raise Malformed(f"cannot be read: {error.strerror}") from None
    fresh_budget()
    spend(len(raw))
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
    if not isinstance(data, dict) or set(data) != KEYS or data["format"] != FORMAT:
        raise Malformed(f"not a certificate of the format {FORMAT!r}")
    if (canonical(data) + "\n").encode() != raw:
        raise Malformed("the text is not canonical JSON")
    digest = data.pop("digest")
    if digest != "sha256:" + hashlib.sha256(canonical(data).encode()).hexdigest():
        raise Malformed("the digest is not that of the content")
    return data


def nesting(raw):
    """The deepest nesting of brackets, strings included: an upper bound that needs no parser."""
    brackets = raw.translate(None, delete=NO_BRACKETS)
    return max(accumulate(STEP[byte] for byte in brackets), default=0)


def memory(raw):
    """The bytes that the items of the parsed file take: an upper bound that needs no parser."""
    return sum(raw.count(mark) * cost for mark, cost in COST.items())


def canonical(data):
    """Sorted keys, no spaces, ASCII."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def no_duplicates(pairs):
    """A dict, if no key comes twice."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key comes twice")
    return dict(pairs)


def short(text):
    """A whole number that is not long: the conversion takes quadratic time."""
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a whole number of more than {MAX_DIGITS} digits")
    return int(text)


def no_float(text):
    """Refuse floats: no float decides a claim."""
    raise ValueError(f"the float {text[:20]}")


def verify(data, folder):
    """Check every step; return the statement, the rules used and the remarks that they make."""
    if not isinstance(data["claim"], str) or not NAMED.fullmatch(data["claim"]):
        raise Malformed("the claim's name must be letters, digits, '-' and '_', at most 80")
    statement = judgement(data["statement"])
    goals, used, names, remarks = [], set(), [], []
    for number, step in enumerate(sequence(data["steps"], MAX_STEPS, least=1)):
        if not isinstance(step, dict) or set(step) != STEP_KEYS or not isinstance(step["data"], dict):
            raise Malformed(f"step {number} must have exactly rule, from, goal and data")
        name, sources = step["rule"], step["from"]
        if not isinstance(name, str) or name not in RULES:
            raise Malformed(f"step {number} names no rule of this checker")
        spend(500 + 50 * len(sequence(sources, MAX_STEPS)))
        if not all(type(s) is int and 0 <= s < number for s in sources):
            raise Malformed(f"step {number} must come from earlier steps")
        goal, rule = judgement(step["goal"]), RULES[name]
        given = {"premises": [goals[s] for s in sources], "data": step["data"], "folder": folder}
        try:
            if goal["form"] != rule.form or (sources and "premises" not in rule.takes):
                raise Rejected(f"it concludes {rule.form} judgements, from {' and '.join(rule.takes) or 'nothing'}")
            remark = rule.check(goal, *(given[what] for what in rule.takes))
        except Rejected as error:
            raise Rejected(f"step {number} ({name}): {error}") from None
        goals.append(goal)
        used.update(sources)
        names.append(name)
        remarks += [remark] if remark else []
    if goals[-1] != statement:
        raise Rejected("the last step does not conclude the statement")
    idle = set(range(len(goals) - 1)) - used
    if idle:
        raise Rejected(f"step {min(idle)} is not used")
    return statement, names, remarks
