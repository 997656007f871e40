"""What stands beside a run for comparison: looking at all candidates, and random sampling of as many."""

from typing import Any

import numpy as np

from explorer.features.elites.archive import Archive
from explorer.features.elites.problem import Problem
from explorer.features.elites.run_info import RunInfo
from explorer.features.elites.scores import exhaustive, mean_interval
from explorer.features.elites.status import offset_of

DRAWS = 20


def beside(info: RunInfo, problem: Problem[Any], archive: Archive, evaluations: int) -> dict[str, Any]:
    """Exhaustive search, and twenty draws of `evaluations` candidates; {} where looking at all is not free."""
    everything = problem.everything()
    if everything is None:
        return {}
    answers = info.convert(problem.evaluate(everything))
    fine = np.isfinite(answers.quality) & np.isfinite(answers.measures).all(axis=1)
    cells = np.full(len(everything), -1, dtype=np.int64)
    cells[fine] = archive.cell_of(answers.measures[fine])
    offset = offset_of(info, archive)
    best, _ = exhaustive(cells, answers.quality, archive.cells)
    drawn = []
    for seed in range(DRAWS):
        some = np.random.default_rng(seed).permutation(len(everything))[:evaluations]
        found, _ = exhaustive(cells[some], answers.quality[some], archive.cells)
        drawn.append((float(np.nansum(found - offset)), float((~np.isnan(found)).sum())))
    return {
        "items": len(everything),
        "exhaustive": {"filled": int((~np.isnan(best)).sum()), "qd_score": float(np.nansum(best - offset))},
        "random": {
            "evaluations": evaluations,
            "draws": DRAWS,
            "qd_score": mean_interval([one[0] for one in drawn]),
            "filled": mean_interval([one[1] for one in drawn]),
        },
    }
