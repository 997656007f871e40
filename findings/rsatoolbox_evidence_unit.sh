#!/usr/bin/env bash
# rsatoolbox 0.3.2: the mean of partial dissimilarity matrices weighted by "evidence" depends on their unit.
#
# Seen: twelve arrangements of five of eight points each are put together by
# rsatoolbox.rdm.combine.rescale(method="evidence") and a mean over the weights that it returns. The weights of a pair
# are its squared distances, but none counts less than 0.2 squared, and this floor is in the unit of the numbers: with
# the same distances times 1,000 it never applies, and single entries of the mean (scaled to a root mean square of 1)
# differ by more than a tenth from those of the distances as they are; times 0.001 it always applies, all pairs weigh
# the same, and entries differ by about half. The documentation names no unit. The floor suits distances where the side
# of the arena is 1. (Besides, the default threshold of 1e-8 ends up to 2e-4 away from what more rounds give.)
#
# What to do: give distances as parts of the arena's side before weighting, not pixels or centimetres. Arrangements
# collected here are stored as places from 0 to 1, and weighted with the same floor.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "rsatoolbox==0.3.2" "numpy==2.4.6" "scipy==1.17.1"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
from rsatoolbox.rdm import RDMs
from rsatoolbox.rdm.combine import rescale

POINTS, SHOWN, TIMES = 8, 5, 12


def arrangement(seed: int) -> np.ndarray:
    """Distances of five of the eight points, on an arena of side 1 or on a fifth of it; NaN for all others."""
    rng = np.random.default_rng(seed)
    rows = rng.permutation(POINTS)[:SHOWN]
    places = rng.random((SHOWN, 2)) * rng.choice([0.2, 1.0])
    square = np.full((POINTS, POINTS), np.nan)
    square[np.ix_(rows, rows)] = np.linalg.norm(places[:, None] - places[None], axis=2)
    return square[np.triu_indices(POINTS, 1)]


def together(unit: float, **options: float) -> np.ndarray:
    """The weighted mean of all arrangements in this unit, scaled to a root mean square of 1."""
    parts = RDMs(np.array([arrangement(seed) for seed in range(TIMES)]) * unit)
    mean = rescale(parts, method="evidence", **options).mean(weights="rescalingWeights").dissimilarities[0]
    return mean / np.sqrt(np.nanmean(mean**2))


print("rsatoolbox", version("rsatoolbox"))
plain = together(1, threshold=1e-30)
apart = {unit: float(np.nanmax(np.abs(together(unit, threshold=1e-30) - plain) / plain)) for unit in (0.001, 1, 1000)}
for unit, most in apart.items():
    print(f"distances times {unit:g}: the mean differs by at most {most:.3f} of an entry")
default = float(np.nanmax(np.abs(together(1) - plain) / plain))
print(f"default threshold: {default:.1e}")
assert apart[1] == 0 and 0.10 < apart[1000] < 0.16 and 0.45 < apart[0.001] < 0.60, apart
assert 5e-5 < default < 5e-4, default
print("As described above.")
PYTHON
