import json
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import binomtest
from sklearn.metrics import (accuracy_score, balanced_accuracy_score, confusion_matrix, f1_score, log_loss,
                             precision_recall_fscore_support, top_k_accuracy_score)

rng = np.random.default_rng(7)

def case(name, labels, weights, parts=4096):
    n, k = weights.shape
    counts = np.array([rng.multinomial(parts, w / w.sum()) for w in weights])
    p, y = counts / parts, np.array(labels)
    predicted, confidence = p.argmax(1), p.max(1)
    each = precision_recall_fscore_support(y, predicted, labels=range(k), zero_division=0)
    bins = np.linspace(0, 1, 16)
    ece = 0.0
    for low, high in zip(bins[:-1], bins[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            ece += inside.mean() * abs((predicted == y)[inside].mean() - confidence[inside].mean())
    wrong = int((predicted != y).sum())
    interval = binomtest(wrong, n).proportion_ci(.95, method="wilson")
    return dict(
        name=name, classes=k, parts=parts, labels=y.tolist(), counts=counts.tolist(),
        accuracy=accuracy_score(y, predicted), confusion=confusion_matrix(y, predicted, labels=range(k)).tolist(),
        top5=top_k_accuracy_score(y, p, k=5, labels=range(k)) if k > 2 else 1.0,
        mean_class_accuracy=balanced_accuracy_score(y, predicted), macro_f1=f1_score(y, predicted, average="macro", zero_division=0),
        precision=each[0].tolist(), recall=each[1].tolist(), f1=each[2].tolist(), support=each[3].tolist(),
        log_loss=log_loss(y, p, labels=range(k)), ece=ece, interval=[interval.low, interval.high])

def weights(labels, k, sharp):
    w = rng.gamma(.6, size=(len(labels), k)) + .01
    w[np.arange(len(labels)), labels] += sharp * rng.random(len(labels))
    return w

many = rng.integers(0, 12, 300)
missing = rng.choice([0, 1, 2, 4, 5, 6, 7], 150)
w = weights(missing, 8, 2)
w[:, 6] = 0                      # class 6 has photos and is never predicted; 3 has none and is predicted
one = np.full(60, 2)
tied = rng.integers(0, 9, 120)
two = rng.integers(0, 2, 80)
right = rng.integers(0, 6, 40)
sure = np.zeros((40, 6)); sure[np.arange(40), right] = 1
cases = [
    case("random", many, weights(many, 12, 3)), case("classes missing", missing, w), case("one class only", one, weights(one, 7, 1)),
    case("ties", tied, weights(tied, 9, 1), parts=8), case("two classes", two, weights(two, 2, 1)), case("all right", right, sure),
]

def temperature(name, scale, independent):
    y = rng.integers(0, 6, 200)
    z = rng.normal(size=(200, 6)) * 1.5
    z[np.arange(200), y] += 2
    z = np.round(z * scale * 64) / 64
    hot = np.eye(6)[y]
    def nll(t):
        s = z / t
        if independent:
            return (np.logaddexp(0, s) - hot * s).mean()
        return (np.logaddexp.reduce(s, axis=1) - s[np.arange(200), y]).mean()
    best = minimize_scalar(nll, bounds=(.05, 20), method="bounded", options=dict(xatol=1e-9))
    return dict(name=name, independent=independent, labels=y.tolist(), logits64=(z * 64).astype(int).tolist(),
                temperature=best.x, nll=best.fun)

temperatures = [temperature("sharp", 3, False), temperature("flat", .3, False), temperature("sigmoid", 2, True)]
mcnemar = [dict(first=b, second=c, p=binomtest(min(b, c), b + c, .5).pvalue if b + c else 1.0)
           for b, c in [(0, 0), (1, 0), (5, 5), (3, 12), (12, 3), (40, 61), (700, 811), (0, 30)]]
wilson = [dict(wrong=k, photos=n, interval=list(binomtest(k, n).proportion_ci(.95, method="wilson")))
          for k, n in [(0, 1), (1, 1), (0, 50), (81, 1478), (94, 391), (7390, 7390)]]
json.dump(dict(cases=cases, temperatures=temperatures, mcnemar=mcnemar, wilson=wilson), open("metrics.json", "w"))
