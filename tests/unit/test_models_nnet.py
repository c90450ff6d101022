"""The text format .nnet: normalization is folded in, and damaged files are malformed."""

import numpy as np
import pytest

from lt_proofs.errors import BadInput, Malformed
from lt_proofs.networks import load_target

RANDOM = np.random.Generator(np.random.PCG64(3))
W1, B1, W2, B2 = (RANDOM.normal(size=shape).round(4) for shape in ((4, 3), 4, (2, 4), 2))
MEANS, RANGES = np.array([0.5, -1.25, 3.0, 7.5]), np.array([2.0, 0.75, 10.0, 373.9])


def lines():
    def row(values):
        return ",".join(map(repr, map(float, values))) + ","

    text = ["// a comment", "2,3,2,4,", "3,4,2,", "0,", row([-1, -2, -3]), row([1, 2, 3]), row(MEANS), row(RANGES)]
    for weight, bias in ((W1, B1), (W2, B2)):
        text += [*(row(values) for values in weight), *(row([value]) for value in bias)]
    return text


def written(path, text):
    path.write_text("\n".join(text) + "\n")
    return path


def test_normalization_is_folded(tmp_path):
    target = load_target(written(tmp_path / "net.nnet", lines()))
    assert target.widths == (3, 4, 2) and target.compared is None
    x = RANDOM.uniform(-1, 1, (20, 3))
    hidden = np.maximum((x - MEANS[:3]) / RANGES[:3] @ W1.T + B1, 0)
    assert np.allclose(target.forward(x), (hidden @ W2.T + B2) * RANGES[3] + MEANS[3], rtol=1e-12)
    remarks = "; ".join(target.remarks)
    assert "it clips others" in remarks and "certified" in remarks


DAMAGES = {
    "no numbers": lambda text: [*text[:4], "a,b,c", *text[5:]],
    "too short": lambda text: text[:-1],
    "too long": lambda text: [*text, "1.0,"],
    "a wrong width": lambda text: [text[0], "2,3,2,4,", "3,5,2,", *text[3:]],
    "wrong inputs": lambda text: [text[0], "2,4,2,4,", *text[2:]],
    "a fraction of a layer": lambda text: [text[0], "2.5,3,2,4,", *text[2:]],
    "a range of zero": lambda text: [*text[:7], "0,1,1,1,", *text[8:]],
    "infinity": lambda text: [*text[:8], "inf,0,0,", *text[9:]],
    "huge sizes": lambda text: [text[0], "2,3,2,4,", "3,400000000000,2,", *text[3:]],
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_files_are_malformed(tmp_path, name):
    with pytest.raises(Malformed, match=r"net\.nnet: malformed; \w"):
        load_target(written(tmp_path / "net.nnet", DAMAGES[name](lines())))


def test_its_order_cannot_be_changed(tmp_path):
    path = written(tmp_path / "net.nnet", lines())
    for options in ({"order": ["layer 1"]}, {"ignore": ["x"]}):
        with pytest.raises(BadInput, match=r"a \.nnet file has an order of its own"):
            load_target(path, **options)
