"""Run one exact solver in a process of its own: read instances from stdin, write times and results to stdout.

``python peers.py NAME`` with NAME one of cp-sat, highs, gurobi, numpy. Each input line is a JSON object {"kind":
"best", "any" or "cover", "samples": […], "target": …, "eps": …} in integers; each answer is {"seconds": …, "error": …}.
Only solving is timed, not building the model, with one thread. The process fails if the solver is not installed.
Separate processes are needed because some solvers cannot be imported together.
"""

import json
import sys
import time


def cp_sat(kind, samples, target, eps):
    """Solve with CP-SAT, whose model is in integers."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    taken = [model.new_bool_var(f"b{i}") for i in range(len(samples))]
    total = sum(x * b for x, b in zip(samples, taken, strict=True))
    if kind == "any":
        model.add(total <= target + eps)
        model.add(total >= target - eps)
    else:
        error = model.new_int_var(0, sum(map(abs, samples)) + abs(target), "error")
        model.add(total - target <= error)
        model.add(target - total <= error)
        model.minimize(error)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    began = time.perf_counter()
    solver.solve(model)
    seconds = time.perf_counter() - began
    return seconds, [solver.value(b) for b in taken]


def highs(kind, samples, target, eps):
    """Solve with HiGHS as a mixed-integer program."""
    import highspy

    model = highspy.Highs()
    model.silent()
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.0)
    # floating-point solvers work with numbers of size 1 and with tolerances, so their answers may be slightly wrong
    scale = 2.0**-24
    taken = [model.addBinary() for _ in samples]
    total = sum(x * scale * b for x, b in zip(samples, taken, strict=True))
    if kind == "any":
        model.addConstr(total <= (target + eps) * scale)
        model.addConstr(total >= (target - eps) * scale)
        began = time.perf_counter()
        model.run()
    else:
        error = model.addVariable(lb=0.0)
        model.addConstr(total - error <= target * scale)
        model.addConstr(total + error >= target * scale)
        began = time.perf_counter()
        model.minimize(error)
    seconds = time.perf_counter() - began
    return seconds, [round(value) for value in model.getSolution().col_value[: len(samples)]]


def gurobi(kind, samples, target, eps):
    """Solve with Gurobi as a mixed-integer program."""
    import gurobipy

    model = gurobipy.Model(env=environment())
    model.Params.Threads = 1
    model.Params.MIPGap = 0
    model.Params.MIPGapAbs = 0
    scale = 2.0**-24
    taken = [model.addVar(vtype="B") for _ in samples]
    total = sum(x * scale * b for x, b in zip(samples, taken, strict=True))
    if kind == "any":
        model.addConstr(total <= (target + eps) * scale)
        model.addConstr(total >= (target - eps) * scale)
    else:
        error = model.addVar(lb=0.0)
        model.addConstr(total - target * scale <= error)
        model.addConstr(target * scale - total <= error)
        model.setObjective(error)
    model.update()
    began = time.perf_counter()
    model.optimize()
    seconds = time.perf_counter() - began
    return seconds, [round(b.X) for b in taken]


def environment():
    """Return the Gurobi environment, started once because that takes long."""
    import gurobipy

    if "gurobi" not in ENVIRONMENTS:
        ENVIRONMENTS["gurobi"] = gurobipy.Env(params={"OutputFlag": 0})
    return ENVIRONMENTS["gurobi"]


ENVIRONMENTS = {}


def every_sum(samples):
    """Return all subset sums in the order of their masks."""
    import numpy

    sums = numpy.zeros(1, numpy.int64)
    for x in samples:
        sums = numpy.concatenate([sums, sums + x])
    return sums


def numpy_enumeration(kind, samples, target, eps):
    """Enumerate all 2^n sums: the closest to the target, or for kind "cover" whether [-target, target] is covered."""
    import numpy

    began = time.perf_counter()
    sums = every_sum(samples)
    if kind == "cover":
        near = numpy.sort(sums[(sums >= -target - eps) & (sums <= target + eps)])
        ends = numpy.concatenate([[-target - eps], near, [target + eps]])
        covered = bool((numpy.diff(ends) <= 2 * eps).all())
        return time.perf_counter() - began, covered
    place = int(numpy.abs(sums - target).argmin())
    return time.perf_counter() - began, [place >> i & 1 for i in range(len(samples))]


SOLVERS = {"cp-sat": cp_sat, "highs": highs, "gurobi": gurobi, "numpy": numpy_enumeration}
MODULES = {"cp-sat": "ortools.sat.python.cp_model", "highs": "highspy", "gurobi": "gurobipy", "numpy": "numpy"}


def version(name):
    """Return the installed version of a solver."""
    import importlib.metadata

    package = {"cp-sat": "ortools", "highs": "highspy", "gurobi": "gurobipy", "numpy": "numpy"}[name]
    return importlib.metadata.version(package)


def main(name):
    __import__(MODULES[name])
    solve = SOLVERS[name]
    solve("any", [3, 5, -4], 5, 1)
    print(json.dumps({"version": version(name)}), flush=True)
    for line in sys.stdin:
        instance = json.loads(line)
        seconds, result = solve(**instance)
        answer = {"seconds": seconds}
        if isinstance(result, bool):
            answer["covered"] = result
        else:
            total = sum(x for x, b in zip(instance["samples"], result, strict=True) if b)
            answer["error"] = abs(total - instance["target"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
