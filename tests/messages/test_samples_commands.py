"""``cover`` and ``subset`` on every format of samples: answers, exit codes, one line for bad input."""

import json
import time

import numpy as np
import pytest
import safetensors.numpy

from lt_proofs.cli import run

VALUES = [0.5, -0.25, 0.75, -0.5]


@pytest.fixture(params=["json", "npy", "npz", "safetensors"])
def samples(request, tmp_path):
    path = tmp_path / f"samples.{request.param}"
    if request.param == "json":
        path.write_text(json.dumps([str(value) for value in VALUES]))
    elif request.param == "npy":
        np.save(path, np.array(VALUES))
    elif request.param == "npz":
        np.savez(path, samples=np.array(VALUES, np.float32))
    else:
        safetensors.numpy.save_file({"samples": np.array(VALUES, np.float16)}, path)
    return str(path)


def ask(capsys, *arguments):
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_cover(samples, capsys):
    code, found = ask(capsys, "cover", samples, "--eps", "1/4", "--window", "-1/2,1")
    assert (code, found["covered"], found["first_passage"], found["uncovered"]) == (0, True, 3, [])
    code, found = ask(capsys, "cover", samples, "--eps", "0.1")
    assert (code, found["covered"], found["first_passage"]) == (1, False, None)
    assert found["uncovered"][0] == ["-1", "-17/20"]
    assert found["eps"] == "1/10"


def test_subset(samples, capsys):
    code, found = ask(capsys, "subset", samples, "--target", "0.26")
    assert (code, found["mask"], found["sum"], found["error"]) == (0, "1100", "1/4", "1/100")
    assert found["chosen"] == [0, 1]
    code, found = ask(capsys, "subset", samples, "--target", "0.26", "--objective", "fewest", "--eps", "0.25")
    assert (code, found["mask"], found["sum"]) == (0, "1000", "1/2")
    code, found = ask(capsys, "subset", samples, "--target", "0.26", "--objective", "any", "--eps", "0.001")
    assert (code, found["mask"], found["sum"], found["error"]) == (1, None, None, None)
    code, found = ask(capsys, "subset", samples, "--target", "0.26", "--eps", "0.001")
    assert (code, found["mask"], found["within"]) == (1, "1100", False)


def test_without_json_the_answer_is_a_sentence(samples, capsys):
    assert run(["cover", samples, "--eps", "1"]) == 0
    assert capsys.readouterr().out == (
        "covered: every number in [-1, 1] is within 1 of a sum of some of the first 0 of 4 samples\n"
    )
    assert run(["cover", samples, "--eps", "0"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("not covered: no number between -1 and -3/4 is within 0 of a sum of some of the 4 samples")
    assert out.endswith("in [-1, 1] in all: 8\n")
    assert run(["subset", samples, "--target", "5", "--objective", "any", "--eps", "1"]) == 1
    assert capsys.readouterr().out == "no sum of some of the 4 samples is within 1 of 5\n"
    assert run(["subset", samples, "--target", "0.7"]) == 0
    mask, total, error = capsys.readouterr().out.splitlines()
    assert mask.startswith("mask   ")
    assert " = " in total
    assert error == "error  1/20 (0.05), the distance from 7/10; no other sum of samples is nearer"


def test_at_most_a_hundred_gaps(tmp_path, capsys):
    path = tmp_path / "many.json"
    path.write_text(json.dumps([f"1/{2**k}" for k in range(1, 10)]))
    code, found = ask(capsys, "cover", str(path), "--eps", "1/100000")
    assert code == 1
    assert len(found["uncovered"]) == 100
    assert found["gaps"] > 100


BAD = [
    (["cover"], "Missing argument 'SAMPLES'"),
    (["cover", "missing.json", "--eps", "0.1"], "No such file or directory; give a file that can be read"),
    (["cover", "{json}"], "Missing option '--eps'"),
    (["cover", "{json}", "--eps", "0.1", "--wat"], "No such option"),
    (["cover", "{json}", "--eps", "-0.1"], "--eps: -1/10 cannot be used"),
    (["cover", "{json}", "--eps", "nan"], "--eps: nan cannot be used"),
    (["cover", "{json}", "--eps", "1e999999"], "--eps"),
    (["cover", "{json}", "--eps", "0.1", "--window", "1"], "--window: 1 cannot be used; give two numbers"),
    (["cover", "{json}", "--eps", "0.1", "--window", "1,0"], "give the lower end first"),
    (["cover", "{text}", "--eps", "0.1"], "give a .json, .npy, .npz or .safetensors file"),
    (["cover", "{float}", "--eps", "0.1"], "malformed; 0.5 is not exact"),
    (["cover", "{words}", "--eps", "0.1"], "malformed; sample: one cannot be used"),
    (["cover", "{two}", "--eps", "0.1"], "--key: None cannot be used; name one of: a, b"),
    (["cover", "{two}", "--eps", "0.1", "--key", "c"], "--key: c cannot be used; name one of: a, b"),
    (["cover", "{nan}", "--eps", "0.1"], "malformed; it holds NaN or infinity"),
    (["cover", "{square}", "--eps", "0.1"], "give a one-dimensional array"),
    (["cover", "{pickle}", "--eps", "0.1"], "malformed"),
    (["subset", "{json}"], "Missing option '--target'"),
    (["subset", "{json}", "--target", "x"], "--target: x cannot be used"),
    (["subset", "{json}", "--target", "1", "--objective", "any"], "give a tolerance for --objective any"),
    (["subset", "{json}", "--target", "1", "--objective", "worst"], "worst"),
    (["subset", "{json}", "--target", "1", "--eps", "-1"], "--eps: -1 cannot be used"),
    (["subset", "{json}", "--target", "1e300", "--objective", "fewest", "--eps", "1"], "add up to less than 2^59"),
    (["subset", "{many}", "--target", "1"], "57 samples cannot be used; give at most 56"),
]


@pytest.fixture
def places(tmp_path):
    texts = {
        "json": '["1/2", 1]', "text.txt": "1 2", "float": "[0.5]", "words": '["one"]', "two": '{"a": [1], "b": [2]}',
        "many": json.dumps([1] * 57),
    }  # fmt: skip
    found = {}
    for name, text in texts.items():
        path = tmp_path / (name if "." in name else f"{name}.json")
        path.write_text(text)
        found[name.partition(".")[0]] = path
    arrays = {"nan": np.array([1, np.nan]), "square": np.zeros((2, 2)), "pickle": np.array([None])}
    for name, array in arrays.items():
        found[name] = tmp_path / f"{name}.npy"
        np.save(found[name], array, allow_pickle=True)
    return found


@pytest.mark.parametrize(("arguments", "line"), BAD)
def test_bad_input_is_one_line_and_exit_code_3(arguments, line, places, capsys):
    assert run([argument.format(**places) for argument in arguments]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert line in err


def test_progress_is_shown_after_two_seconds_only(monkeypatch, capsys):
    from lt_proofs.cli.progress import on_stderr

    clock = iter([0.0, 1.0, 2.5, 2.6, 9.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with on_stderr("samples") as show:
        for done in range(1, 5):
            show(done, 4)
    assert capsys.readouterr().err == "2 of 4 samples, 2 s\n4 of 4 samples, 9 s\n"
