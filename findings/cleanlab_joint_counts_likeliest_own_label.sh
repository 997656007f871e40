#!/usr/bin/env bash
# cleanlab 2.9.0: the confident joint doubts items whose own label is the likeliest; the list of issues does not.
#
# Seen: 84 items of three labels, the last of 4 items. For 80 of them the given label has the highest probability. The
# mean probability of the small label among its own items is .06, so nearly every item reaches it, and an item that is a
# little less sure of its own label than others of its kind (.70 where the mean is .80) counts for the small label alone.
# compute_confident_joint puts 40 items off the diagonal, and num_label_issues(estimation_method="off_diagonal_calibrated")
# tells 40 errors, while find_label_issues names none with four of its five filters and num_label_issues as it is tells 0:
# both drop items whose given label is the likeliest, after the joint has been counted.
#
# What to do: whoever takes the joint alone, or the counts made of it, for the number of wrong labels drops items whose
# own label is the likeliest first. The doubtful labels of this program count an item's likeliest label only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "cleanlab==2.9.0" "numpy==2.4.6" \
    "scikit-learn==1.9.1" "pandas==3.1.1"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
from cleanlab.count import compute_confident_joint, num_label_issues
from cleanlab.filter import find_label_issues

labels = np.repeat([0, 1, 2], [40, 40, 4])
sure = np.tile([0.9, 0.7], 20)
probabilities = np.zeros((84, 3))
for own, start in ((0, 0), (1, 40)):
    probabilities[start : start + 40] = ((1 - sure) / 2)[:, None]
    probabilities[start : start + 40, own] = sure
probabilities[80:] = [0.47, 0.47, 0.06]

right = int((probabilities.argmax(axis=1) == labels).sum())
joint, doubted = compute_confident_joint(labels, probabilities, calibrate=False, return_indices_of_off_diagonals=True)
told = num_label_issues(labels, probabilities, estimation_method="off_diagonal_calibrated")
plain = num_label_issues(labels, probabilities)
filters = ("prune_by_noise_rate", "prune_by_class", "both", "confident_learning")
named = {name: int(find_label_issues(labels, probabilities, filter_by=name).sum()) for name in filters}
print("cleanlab", version("cleanlab"), "numpy", np.__version__)
print(f"given label is the likeliest: {right} of {len(labels)}")
print(f"confident joint: {joint.tolist()}, off its diagonal: {len(doubted)}")
print(f"errors by the calibrated joint: {told}; as num_label_issues is: {plain}; named by each filter: {named}")
assert right == 80 and len(doubted) == 40, "the joint is counted otherwise now"
assert told == 40 and plain == 0 and not any(named.values()), "counts and list agree now: this finding is over"
PYTHON
