"""Noise ceilings, evidence-weighted arrangements and Krippendorff's alpha come out as those of public libraries."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.features.judgments.agreement.alpha import Alpha, Level
from explorer.features.judgments.agreement.each_person import EachPerson, Measure
from explorer.features.judgments.agreement.resampling import once
from explorer.features.judgments.arrangements import arrangement_matrix
from explorer.features.judgments.questions import Ratings
from explorer.features.judgments.values import Answer

FILE = Path(__file__).parent / "references" / "public_libraries.json"
VALUES: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
EXACT = 1e-10


def cases(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in VALUES[kind]]


def numbers(rows: list[Any]) -> np.ndarray:
    return np.array(rows, dtype=np.float64)


def rated(table: np.ndarray) -> Ratings:
    """Ratings of (people, pairs), NaN where somebody did not rate."""
    person, question = np.nonzero(np.isfinite(table))
    rows = np.arange(table.shape[1])
    asked = Ratings(
        task="pair_rating",
        pairs=np.c_[rows, rows + 1],
        question=question,
        value=table[person, question],
        person=person,
        people=tuple(f"p{number}" for number in range(len(table))),
    )
    return asked.take(np.ones(len(asked), dtype=bool))


@pytest.mark.parametrize("case", cases("ceilings"))
@pytest.mark.parametrize("measure", ["spearman", "pearson"])
def test_noise_ceilings(case: dict[str, Any], measure: Measure) -> None:
    asked = rated(numbers(case["ratings"]))
    found = EachPerson(asked).ceiling(once(asked), measure)
    assert (found.lower, found.upper) == pytest.approx(tuple(case[measure]), abs=EXACT, rel=0)


@pytest.mark.parametrize("case", cases("arrangements"))
def test_arrangements_weigh_by_distances_as_placed(case: dict[str, Any]) -> None:
    count = 1 + max(max(rows) for rows, _ in case["parts"])
    ids = [f"i{row}" for row in range(count)]
    answers = [
        Answer(
            campaign="c",
            task="arrangement",
            annotator="p",
            trial=f"t{number}",
            items=tuple(ids[row] for row in rows),
            answer=points,
        )
        for number, (rows, points) in enumerate(case["parts"])
    ]
    found = arrangement_matrix(answers, ids)[np.triu_indices(count, 1)]
    assert found == pytest.approx(numbers(case["expected"]), abs=EXACT, rel=0, nan_ok=True)


@pytest.mark.parametrize("case", cases("alphas"))
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_krippendorffs_alpha(case: dict[str, Any], level: Level) -> None:
    asked = rated(numbers(case["table"]))
    assert Alpha(asked, level).of(once(asked)) == pytest.approx(case[level], abs=EXACT, rel=0)


def test_there_are_eight_cases_of_each_with_ties_gaps_and_scales() -> None:
    for kind in ("ceilings", "arrangements", "alphas"):
        assert len({case["name"] for case in VALUES[kind]}) >= 8
