"""Several labels a photo: scikit-learn's numbers at a probability of one half."""
import json
import numpy as np
from sklearn.metrics import accuracy_score, f1_score, hamming_loss, log_loss, precision_recall_fscore_support

rng = np.random.default_rng(11)
n, k = 120, 7
y = (rng.random((n, k)) < rng.random(k) * .5).astype(int)
y[:, 3] = 0                                             # never there, but called
y[5:9] = 0                                              # no label at all
p = np.clip(np.round((.55 * y + .45 * rng.random((n, k))) * 64), 1, 63) / 64
p[:, 5] = np.minimum(p[:, 5], .25)                      # there, never called
y[:, 6] = 0
p[:, 6] = .125                                          # neither
q = (p > .5).astype(int)
either = [i for i in range(k) if y[:, i].any() or q[:, i].any()]
each = precision_recall_fscore_support(y, q, zero_division=0)
wrong = (y != q).mean(1)
json.dump(dict(
    labels=y.tolist(), probabilities64=(p * 64).astype(int).tolist(), error=hamming_loss(y, q), exact=accuracy_score(y, q),
    macro=f1_score(y, q, labels=either, average="macro", zero_division=0), micro=f1_score(y, q, average="micro"),
    log_loss=float(np.mean([log_loss(y[:, i], p[:, i], labels=[0, 1]) for i in range(k)])),
    half=1.959963984540054 * float(wrong.std(ddof=1) / np.sqrt(n)),
    precision=each[0].tolist(), recall=each[1].tolist(), f1=each[2].tolist(), support=each[3].tolist()), open("labels.json", "w"))
