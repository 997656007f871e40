#!/usr/bin/env bash
# pytorch-metric-learning 2.9.0: pairs lose their positives where one tensor is given as labels and as ref_labels.
#
# Seen: rows a[i] and b[i] belong together, labels 0 to 5. loss(a, labels, ref_emb=b, ref_labels=labels) is 0 for NTXent
# and no gradient comes; with ref_labels=labels.clone() it is 3.30, the loss of the same numbers worked out by hand.
# SupCon, the triplet margin and the contrastive loss are 0 likewise; multi-similarity is 0.001 instead of 0.66. Nothing
# is said. Every item is held to be compared with itself when both names lead to one tensor, and all of these
# comparisons, here the only pairs that belong together, are left out.
#
# What to do: pairs that carry their own number as label are usual (a picture and its caption, a title and its advert).
# Give a copy of the labels, or use the library's SelfSupervisedLoss, which does. The losses of this program take pairs
# as pairs; their tests compare with the library through a copy.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "torch==2.13.0" "pytorch-metric-learning==2.9.0" "numpy==2.4.6"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import torch
from pytorch_metric_learning import losses
from torch.nn.functional import cross_entropy, normalize

TEMPERATURE = 0.1

torch.manual_seed(0)
a, b = normalize(torch.randn(6, 8), dim=1), normalize(torch.randn(6, 8), dim=1)
labels = torch.arange(6)
wanted = float(cross_entropy(a @ b.T / TEMPERATURE, labels))

print("pytorch-metric-learning", version("pytorch-metric-learning"), "torch", torch.__version__)
print(f"by hand: {wanted:.4f}")
kinds = {
    "NTXent": losses.NTXentLoss(TEMPERATURE),
    "SupCon": losses.SupConLoss(TEMPERATURE),
    "triplet": losses.TripletMarginLoss(),
    "contrastive": losses.ContrastiveLoss(),
    "multi-similarity": losses.MultiSimilarityLoss(),
}
for name, loss in kinds.items():
    same = float(loss(a, labels, ref_emb=b, ref_labels=labels))
    copy = float(loss(a, labels, ref_emb=b, ref_labels=labels.clone()))
    print(f"{name}: {same:.4f} with the same tensor, {copy:.4f} with a copy")
    assert same < 0.01 < copy, "the same tensor gives the loss of a copy now: this finding is over"
    if name == "NTXent":
        assert abs(copy - wanted) < 1e-4
PYTHON
