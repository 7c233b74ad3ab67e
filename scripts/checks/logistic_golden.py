#!/usr/bin/env python3
"""Writes scikit-learn's logistic regressions for LogisticRegressionTests: scripts/checks/logistic_golden.py (scikit-learn 1.2 to 1.7).

scikit-learn minimises C·Σ w·loss + ‖W‖²/2, so that C = 1 / (Σ w·λ) for a mean loss with the penalty λ/2·‖W‖².
"""
import json
import pathlib
import warnings

import numpy
from sklearn.linear_model import LogisticRegression

OUT = pathlib.Path(__file__).resolve().parents[2] / "tests/PetBreeds.Core.Tests/Fixtures/golden/logistic.json"


def fit(x, y, w, strength):
    """Probabilities [N, classes present]; multinomial, also with two classes."""
    model = LogisticRegression(C=1 / (w.sum() * strength), multi_class="multinomial", tol=1e-10, max_iter=100_000)
    return model.fit(x, y, w).predict_proba(x)


def softmax(name, x, targets, strength, w=None):
    """A photo of several classes counts as one photo of each, weighted by its share; a class without photos is not fitted."""
    weights = numpy.ones(len(x)) if w is None else w
    photo, label = numpy.nonzero(targets)
    fitted = fit(x[photo], label, weights[photo] * targets[photo, label], strength)
    likely = numpy.zeros(targets.shape)
    likely[photo[:, None], numpy.unique(label)] = fitted
    losses = -(targets * numpy.log(numpy.where(targets > 0, likely, 1))).sum(1)
    return case(name, x, targets, w, False, strength, likely, (weights * losses).sum() / weights.sum())


def sigmoids(name, x, targets, strength):
    """scikit-learn's binary regression has one vector, not the softmax's two."""
    columns = []
    for column in targets.T:
        model = LogisticRegression(C=1 / (len(x) * strength), multi_class="ovr", tol=1e-10, max_iter=100_000)
        columns.append(model.fit(x, column).predict_proba(x)[:, 1])
    likely = numpy.stack(columns, 1)
    losses = -(targets * numpy.log(likely) + (1 - targets) * numpy.log(1 - likely)).sum(1)
    return case(name, x, targets, None, True, strength, likely, losses.mean())


def case(name, x, targets, w, independent, strength, likely, loss):
    return {"name": name, "features": rounded(x), "targets": targets.tolist(), "weights": None if w is None else w.tolist(),
            "independent": independent, "strength": strength, "probabilities": rounded(likely), "loss": float(f"{loss:.9g}")}


def rounded(values):
    return [[float(f"{value:.7g}") for value in row] for row in values]


def photos(rng, n, features, labels, spread=1.5):
    """Standardised, in float32, and as apart as neighbouring breeds are."""
    x = rng.normal(size=(labels.max() + 1, features))[labels] + spread * rng.normal(size=(n, features))
    return ((x - x.mean(0)) / x.std(0)).round(4)


def main():
    warnings.filterwarnings("ignore", category=FutureWarning)
    rng = numpy.random.default_rng(5)
    four, two = numpy.arange(60) % 4, numpy.arange(40) % 2
    hot = numpy.eye(4)
    x = photos(rng, 60, 8, four)
    several = (rng.random((60, 3)) < 1 / (1 + numpy.exp(-x[:, :3] * 2))).astype(float)
    shares = 0.75 * hot[four] + 0.25 * hot[rng.integers(0, 4, 60)]
    gone = numpy.where(four == 2, 1, four)
    cases = [
        softmax("multinomial", x, hot[four], 0.01),
        softmax("weighted", x, hot[four], 0.03, rng.integers(0, 9, 60) / 4),
        softmax("shares", x, shares, 0.01),
        sigmoids("one regression per class", x, several, 0.01),
        softmax("two classes", photos(rng, 40, 5, two), numpy.eye(2)[two], 0.001),
        softmax("one photo a class", photos(rng, 5, 6, numpy.arange(5)), numpy.eye(5), 0.1),
        softmax("a class without photos", x, hot[gone], 0.1),
        softmax("more features than photos", photos(rng, 12, 40, numpy.arange(12) % 3), numpy.eye(3)[numpy.arange(12) % 3], 0.05),
    ]
    OUT.write_text("[\n" + ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases) + "\n]\n")


main()
