"""Models from fitted ``MLPClassifier`` and ``MLPRegressor`` of scikit-learn; the library itself is not imported."""

from __future__ import annotations

from typing import Any

import numpy as np

from lt_proofs.errors import BadInput
from lt_proofs.models.builder import Builder
from lt_proofs.models.compared import Traces
from lt_proofs.models.enclosed import Enclosed, Reals
from lt_proofs.models.graph import Model

KINDS = ("MLPClassifier", "MLPRegressor")


def is_estimator(source: Any) -> bool:
    """Return whether an object is one of these estimators."""
    return any(kind.__name__ in KINDS and kind.__module__.startswith("sklearn.") for kind in type(source).__mro__)


def model_of_estimator(estimator: Any) -> Model:
    """Return the network of an estimator, up to its scores; raise BadInput for other activations, or before fitting."""
    kind = type(estimator).__name__
    if not hasattr(estimator, "coefs_"):
        raise BadInput("model", kind, "it is not fitted; call fit first")
    if estimator.activation not in ("relu", "identity"):
        raise BadInput(
            "model", f"{kind} with activation {estimator.activation}", "only relu and identity are supported"
        )
    matrices, shifts = estimator.coefs_, estimator.intercepts_
    builder = Builder("inputs", (1, matrices[0].shape[0]))
    value = builder.inputs
    for number, (matrix, shift) in enumerate(zip(matrices, shifts, strict=True)):
        if not (np.isfinite(matrix).all() and np.isfinite(shift).all()):
            raise BadInput("model", f"coefs_[{number}]", "it holds NaN or infinity; train the network again")
        if number and estimator.activation == "relu":
            value = builder.relu(f"ReLU before coefs_[{number}]", value)
        shape = (1, matrix.shape[1])
        value = builder.linear(f"coefs_[{number}]", value, Enclosed.of(matrix.T), Enclosed.of(shift), shape)
    if estimator.out_activation_ != "identity":
        builder.remarks.append(f"outputs are those before {estimator.out_activation_}")
    return builder.model(value)


def estimator_traces(estimator: Any, model: Model, inputs: Reals) -> Traces:
    """Return the scores that an estimator computes.

    A classifier gives probabilities p only: with two classes the score is log(p / (1 - p)), with more the scores are
    known up to a common summand, which is taken from the model; probabilities too close to 0 or 1 are left out.
    """
    ours = model.forward(inputs)
    single = estimator.coefs_[0].dtype == np.float32
    spacing = 2.0**-23 if single else 2.0**-52
    if not hasattr(estimator, "predict_proba"):
        theirs = np.asarray(estimator.predict(inputs), np.float64).reshape(len(inputs), -1)
        return Traces("scikit-learn", spacing, {"": theirs})
    with np.errstate(all="ignore"):
        chances = np.asarray(estimator.predict_proba(inputs), np.float64)
    if ours.shape[1] == 1:
        chances = chances[:, 1:]
    expected = _logistic(ours) if estimator.out_activation_ == "logistic" else _softmax(ours)
    # |p(score) - p| <= |error of score|, so the probabilities must agree as nearly as the scores
    return Traces("scikit-learn", spacing, {"": ours + (chances - expected)})


def _logistic(scores: Reals) -> Reals:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-scores)))


def _softmax(scores: Reals) -> Reals:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
