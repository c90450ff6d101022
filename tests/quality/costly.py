"""Certificates that ask for as much work as their author could think of: short files, long files, deep and wide ones.

`KINDS` names the functions; each takes a seeded generator of random numbers and returns the text of a file.
"""

import hashlib
import json

NUMBER = 4000  # the digits of a rational in a term
SHORT = 399  # and of one in a point or a list


def text_of(data):
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def sealed(statement, steps, claim="costly"):
    """The text of a certificate with its digest."""
    data = {"format": "lt_proofs certificate 2", "claim": claim, "statement": statement, "steps": steps}
    digest = hashlib.sha256(text_of(data).encode()).hexdigest()
    return text_of(data | {"digest": f"sha256:{digest}"}) + "\n"


def step(rule, goal, data, sources=()):
    return {"rule": rule, "from": list(sources), "goal": goal, "data": data}


def inequality(conclusion, domain=(), hypotheses=()):
    return {
        "form": "inequality", "domain": list(domain), "hypotheses": list(hypotheses), "conclusion": conclusion,
    }  # fmt: skip


def tree(difference, evidence, domain=(), sign="<=", hypotheses=()):
    """One step that shows 0 <= difference."""
    goal = inequality([sign, "0", difference], domain, hypotheses)
    return sealed(goal, [step("tree", goal, {"evidence": evidence})])


def refuted(conclusion, point):
    """One step that refutes an inequality at a point."""
    domain = [[name, "(", "-oo", "oo", ")"] for name in point]
    goal = {"form": "not", "statement": inequality(conclusion, domain)}
    return sealed(goal, [step("counterexample", goal, {"point": point})])


def line(name="x", low="0", high="1"):
    return [name, "[", low, high, "]"]


def whole(rng, digits):
    return str(rng.randint(10 ** (digits - 1), 10**digits - 1))


def ratio(rng, digits):
    """A rational in lowest terms: consecutive whole numbers have no common divisor."""
    top = int(whole(rng, digits // 2 - 1))
    return f"{top}/{top + 1}"


def joined(head, items, most=64):
    """The items under a head with at most so many arguments, in as few levels as possible."""
    while len(items) > 1:
        groups = [items[i : i + most] for i in range(0, len(items), most)]
        items = [group[0] if len(group) == 1 else [head, *group] for group in groups]
    return items[0]


def nested(wrap, start, depth):
    for _ in range(depth):
        start = wrap(start)
    return start


def product_of_constants(rng):
    return tree(joined("*", [whole(rng, NUMBER - 1) for _ in range(60)]), ["zero"])


def sum_of_ratios(rng):
    return tree(joined("+", [ratio(rng, NUMBER) for _ in range(2000)]), ["interval", 64])


def sum_of_ratios_in_algebra(rng):
    return tree(joined("+", [ratio(rng, NUMBER) for _ in range(2000)]), ["zero"])


def many_short_constants(rng):
    return tree(joined("+", [f"{k}/{k + 1}" for k in range(1, 400_000)], 60), ["zero"])


def ratios_of_different_primes(rng):
    return tree(joined("+", [["/", "x", str(k * k + 1)] for k in range(10**5, 10**5 + 9000)]), ["zero"], [line()])


def bernstein_of_long_ends(rng):
    ends = sorted((ratio(rng, 3600), "1/3"), key=lambda text: text != "1/3")
    return tree(["^", "x", "40"], ["bernstein", None], [line("x", *ends)])


def bernstein_of_degree_256(rng):
    return tree(["^", ["+", "x", "1/7"], "256"], ["bernstein", None], [line()])


def bernstein_of_many_variables(rng):
    names = [f"x{k}" for k in range(14)]
    return tree(joined("*", [["+", "1", name] for name in names]), ["bernstein", None], map(line, names), "<")


def bernstein_halved_often(rng):
    names = [f"x{k}" for k in range(14)]
    halving = nested(lambda inner: [rng.randrange(14), inner, None], None, 380)
    return tree(joined("*", [["+", "1", name] for name in names]), ["bernstein", halving], map(line, names))


def bernstein_halved_high(rng):
    halving = nested(lambda inner: [0, inner, None], None, 380)
    return tree(["^", ["+", "x", "y", "1"], "120"], ["bernstein", halving], [line(), line("y")])


def power_of_a_sum(rng):
    names = [f"x{k}" for k in range(6)]
    return tree(["^", joined("+", names), "12"], ["zero"], map(line, names))


def tower_of_powers(rng):
    return tree(nested(lambda inner: ["^", inner, "3"], ["+", "x", "1"], 90), ["interval", 64], [line()])


def tower_of_powers_in_algebra(rng):
    return tree(nested(lambda inner: ["^", inner, "2"], ["+", "x", "1"], 90), ["zero"], [line()])


def tower_of_inverse_powers(rng):
    zero = ["-", "x", "x"]
    return tree(["*", zero, nested(lambda inner: ["^", inner, "-999"], "x", 90)], ["zero"], [line("x", "1", "2")])


def large_power_of_two(rng):
    return tree(["-", ["^", "2", "80000"], ["^", "2", "80000"]], ["zero"])


def long_exponents(rng):
    parts = [["exp", ["*", ratio(rng, NUMBER), "x"]] for _ in range(60)]
    return tree(["-", joined("*", parts), joined("*", parts)], ["zero"], [line()])


def long_exponents_of_powers(rng):
    parts = [["^", "x", ratio(rng, NUMBER)] for _ in range(60)]
    return tree(["-", joined("*", parts), joined("*", parts)], ["zero"], [line("x", "1", "2")])


def logarithms_of_long_numbers(rng):
    return tree(joined("+", [["log", whole(rng, NUMBER - 1)] for _ in range(2000)]), ["zero"])


def logarithms_of_powers_of_two(rng):
    return tree(joined("+", [["log", str(2**13000)] for _ in range(1000)]), ["zero"])


def waves_of_sums(rng):
    names = [f"x{k}" for k in range(8)]
    angle = joined("+", [["*", "16", name] for name in names])
    return tree(["-", ["sin", angle], ["sin", angle]], ["zero"], map(line, names))


def roots_multiplied(rng):
    roots = [["sqrt", ["+", "x", str(k)]] for k in range(1, 13)]
    part = joined("+", roots)
    return tree(["-", ["^", part, "6"], ["^", part, "6"]], ["zero"], [line()])


def quotients_added(rng):
    parts = [["/", "1", ["+", "x", str(k)]] for k in range(1, 64)]
    return tree(["-", joined("+", parts), joined("+", parts)], ["zero"], [line()])


def atan_at_a_point(rng):
    parts = [["atan", f"{k}/1009"] for k in range(1, 501)]
    return refuted(["<=", joined("+", parts), "x"], {"x": "1"})


def functions_at_a_point(rng):
    heads = ("exp", "log", "sqrt", "sin", "cos", "atan")
    parts = [[rng.choice(heads), ratio(rng, NUMBER)] for _ in range(2000)]
    return refuted(["<=", joined("+", parts), ["+", "x", ["sin", "1"]]], {"x": "1"})


def waves_of_large_angles(rng):
    parts = [["sin", ["^", "2", str(1000 - k % 20)]] for k in range(20_000)]
    return tree(joined("+", parts), ["interval", 1000])


def exponentials_at_full_precision(rng):
    return tree(joined("+", [["exp", str(4000 + k % 90)] for k in range(20_000)]), ["interval", 1000])


def terms_that_double(rng):
    """Each halving by `either` puts a term with two copies of itself in the place of the one before."""
    term = nested(lambda inner: ["min", inner, ["+", inner, "1"]], "x", 16)
    return tree(term, ["interval", 64], [line()])


def curves_that_double(rng):
    evidence = nested(lambda inner: ["curve", "x", ["*", "y", "y"], inner, inner], ["interval", 64], 12)
    return tree(["+", ["*", "x", "x"], ["*", "x", "y"]], evidence, [line(), line("y")])


def inversions(rng):
    evidence = nested(lambda inner: ["order", "x", "y", inner, inner], ["interval", 64], 13)
    domain = [["x", "[", "0", "oo", ")"], ["y", "[", "0", "oo", ")"]]
    return tree(["+", ["*", "x", "x", "y"], ["*", "x", "y", "y"], "1"], evidence, domain)


def derivatives_of_derivatives(rng):
    term = nested(lambda inner: ["/", inner, ["+", inner, "2"]], ["+", "x", "1"], 9)
    evidence = nested(lambda inner: ["rise", "x", inner, ["interval", 64]], ["interval", 64], 30)
    return tree(term, evidence, [line()])


def divisions_in_divisions(rng):
    return tree(nested(lambda inner: ["/", ["+", inner, "1"], ["+", inner, "2"]], "x", 13), ["interval", 64], [line()])


def deep_terms_compared(rng):
    pair = nested(lambda inner: ["*", ["+", inner, "1"], ["+", inner, "1"]], "x", 13)
    return tree(pair, ["interval", 64], [line()])


def long_hypotheses(rng):
    terms = joined("+", [ratio(rng, NUMBER) for _ in range(60)])
    hypotheses = [["<=", terms, ["+", "x", str(k)]] for k in range(30)]
    evidence = nested(lambda inner: ["inside", "x", inner], ["interval", 64], 91)
    return tree("x", evidence, [line()], "<=", hypotheses)


def many_small_steps(rng):
    goal = inequality(["<=", "0", "1"])
    return sealed(goal, [step("tree", goal, {"evidence": ["interval", 64]})] * 60_000)


def long_sources(rng):
    goal = inequality(["<=", "0", "1"])
    cheap = step("tree", goal, {"evidence": ["interval", 64]})
    flow = {
        "form": "flow", "law": ["uniform", "1"], "length": "2", "weights": ["1", "1"], "power": "-1",
        "profile": ["0", "0", "0"],
    }  # fmt: skip
    cover = {
        "form": "cover", "domain": [], "hypotheses": [], "law": ["uniform", "1"], "length": "2", "tolerance": "1/2",
        "failure": "1", "samples": "4096",
    }  # fmt: skip
    first = step("enumerate-flow", flow, {"offsets": 1, "parts": [["0", "0"]]})
    data = {"start": "1/4", "rest": "1/4", "nodes": [2**38, 2**39, 3 * 2**38, 2**40]}
    return sealed(cover, [first, step("recursion", cover, data, [0] * 1_000_000), cheap])


def items_that_say_nothing(rng):
    """As many as the memory for lists allows, each of two bytes."""
    goal = inequality(["<=", "0", "1"])
    return sealed(goal, [step("tree", goal, {"evidence": ["interval", 64], "idle": [0] * 2_300_000})])


def recursion(rng):
    flow = {
        "form": "flow", "law": ["uniform", "1"], "length": "2", "weights": ["1", "1"], "power": "1/2",
        "profile": ["0", "0", "0"],
    }  # fmt: skip
    cover = {
        "form": "cover", "domain": [], "hypotheses": [], "law": ["uniform", "1"], "length": "2", "tolerance": "1/2",
        "failure": "1", "samples": "4096",
    }  # fmt: skip
    steps = [step("enumerate-flow", {**flow, "power": power}, {"offsets": 1, "parts": [["0", "0"]]})
             for power in ("-1", "1/2", "1")]  # fmt: skip
    nodes = [2**38 + k * ((2**40 - 2**38) // 3999) for k in range(3999)]
    data = {"start": "1/4", "rest": "1/4", "nodes": [*nodes, 2**40]}
    return sealed(cover, [*steps, step("recursion", cover, data, [0, 1, 2])])


def flows(rng):
    steps = []
    for k in range(200):
        weights = [str(rng.randint(1, 10**9)) for _ in range(16)]
        goal = {
            "form": "flow", "law": ["product"], "length": "2", "weights": weights, "power": "1/2",
            "profile": ["0", "0", f"-{k + 1}"],
        }  # fmt: skip
        steps.append(step("enumerate-flow", goal, {"offsets": 64, "parts": [["0", "0"]] * 32}))
    return sealed(steps[-1]["goal"], steps)


def grids(rng):
    goal = {"form": "grid-cut", "points": list(range(15, 23)), "radii": [str(r) for r in range(8, 15)],
            "hypotheses": [], "bound": "0"}  # fmt: skip
    return sealed(goal, [step("enumerate-grid", goal, {})] * 9)


def chains(rng):
    goal = {"form": "restricted-process", "points": 13, "reach": 13, "samples": [256], "bound": "1"}
    return sealed(goal, [step("enumerate-process", goal, {})] * 500)


def laws_of_long_numbers(rng):
    goal = {
        "form": "contraction", "domain": [["v", "(", "0", "1", ")"]], "variable": "v", "ceilings": ["1"],
        "drift": "0", "potential": ["^", "v", "9"], "factor": "1",
    }  # fmt: skip
    law = [[ratio(rng, SHORT), ratio(rng, SHORT)] for _ in range(64)]
    false = {"form": "not", "statement": goal}
    return sealed(false, [step("counterexample", false, {"point": {"v": "1/2"}, "law": law})] * 200)


def matrices(rng):
    goal = {"form": "matrices", "size": 4, "separation": "1/9", "count": 40_000}
    rows = [[int(whole(rng, 399)) for _ in range(16)] for _ in range(1300)]
    return sealed(goal, [step("explicit-matrices", goal, {"denominator": 10**9, "matrices": rows})])


def masks(rng):
    weights = [rng.randint(1, 10**9) for _ in range(32)]
    goal = {
        "form": "masks", "size": 2, "first": weights, "second": weights, "unit": "1/7", "closeness": "1/3", "cells": 40,
        "functions": 1, "reached": 1,
    }  # fmt: skip
    return sealed(goal, [step("all-masks", goal, {})])


def compositions_of_long_errors(rng):
    goal = {"form": "composition", "domain": [["e", "(", "0", "oo", ")"]], "hypotheses": [], "depth": "1000",
            "error": ["*", "e", "e", "e", "e", "e", "e", "e", "e"], "bound": "0"}  # fmt: skip
    false = {"form": "not", "statement": goal}
    return sealed(false, [step("counterexample", false, {"point": {"e": ratio(rng, SHORT)}})] * 50)


def campaign(leaves, total, rows=None, **changes):
    """A campaign that says what these leaves say, true or not."""
    known = {"kind": "passage", "law": "uniform", "eps": "1/10", "window": ["-1", "1"], "seed": 7, "most": 60}
    if changes.get("kind") == "network":
        known = {key: known[key] for key in ("kind", "eps", "seed", "most")}
    stated = {
        "form": "counts", "campaign": known | changes, "trials": total, "level": "99/100", "among": 5000,
        "method": "Clopper-Pearson", "rows": rows or [[0, 0, "0", "1"]],
    }  # fmt: skip
    lines = "".join(text_of(leaf) + "\n" for leaf in leaves)
    header = {key: stated[key] for key in ("campaign", "trials", "level", "among", "method")}
    header |= {"ns": [row[0] for row in stated["rows"]], "leaves": hashlib.sha256(lines.encode()).hexdigest()}
    stated["digest"] = "sha256:" + hashlib.sha256(text_of(header).encode()).hexdigest()
    return sealed(stated, [step("fixed-count", stated, {"leaves": leaves})], "campaign")


def trials_of_many_intervals(rng):
    return campaign([["0" * 64, [-1], [1]]], 1, eps="1/300000", law="gadget", most=90)


def trials_that_never_cover(rng):
    """Half of all samples are 0, and the sums of the others grow without end."""
    leaves = [["0" * 64, [-1], [4096]]] * 40
    return campaign(leaves, 40 * 4096, law="gadget", eps="1/20", window=["63", "64"], most=4095)


def many_leaves(rng):
    return campaign([["0" * 64, [-1], [4096]]] * 190_000, 190_000 * 4096, eps="1/1000")


def leaves_of_many_results(rng):
    leaf, count = ["0" * 64, list(range(4096)), [1] * 4096], 100
    rows = [[n, count * (n + 1), "0", "1"] for n in range(1500)]
    return campaign([leaf] * count, count * 4096, rows, most=4095)


def ends_of_long_numbers(rng):
    rows = [[n, 0, "0", ratio(rng, SHORT)] for n in range(2000)]
    return campaign([["0" * 64, [-1], [4096]]] * 1000, 4096 * 1000, rows, most=4095)


def networks_of_many_weights(rng):
    return campaign([["0" * 64, [-1], [4096]]], 4096, kind="network", widths=[9, 9, 9], eps="1/2", most=999)


def empty_lists(rng):
    return "[" + "[]," * 5_500_000 + "[]]\n"


def empty_tables(rng):
    return "[" + "{}," * 5_500_000 + "{}]\n"


def small_tables(rng):
    return "[" + '{"a":1},' * 2_000_000 + "{}]\n"


def short_texts(rng):
    return "[" + '"ab",' * 3_300_000 + '"ab"]\n'


def short_numbers(rng):
    return "[" + "999," * 4_100_000 + "999]\n"


def one_long_text(rng):
    return '"' + "a" * (16 * 2**20 - 4) + '"\n'


def brackets(rng):
    return "[" * (16 * 2**20)


def long_whole_number(rng):
    return "9" * (16 * 2**20 - 2) + "\n"


def wide_terms(rng):
    return tree(joined("+", ["x"] * 1_900_000), ["interval", 64], [line()])


def small_terms(rng):
    return tree(joined("+", [["-", "x"]] * 800_000), ["interval", 64], [line()])


KINDS = {
    name: made
    for name, made in globals().items()
    if callable(made) and getattr(made, "__code__", None) is not None and made.__code__.co_varnames[:1] == ("rng",)
    and made.__code__.co_argcount == 1
}  # fmt: skip
