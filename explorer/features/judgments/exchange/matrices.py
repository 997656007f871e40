"""Judgments from matrices of dissimilarities, as rsatoolbox keeps them."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Doubles, Vectors
from explorer.base.errors import InputError
from explorer.features.judgments.exchange.incoming import Incoming, Naming
from explorer.features.judgments.settings import IMPORTED
from explorer.features.judgments.values import Answer


def matrices(
    values: Vectors,
    name: Naming,
    campaign: str,
    file: str,
    *,
    similar: bool = False,
    people: Sequence[str] = (),
) -> Incoming:
    """Ratings of all pairs from an (n, n) matrix of dissimilarities, or (people, n, n) one a person.

    Numbers count from `name.base` (0 when it is None). A rating is minus the dissimilarity, so that more is more alike,
    or the similarity itself when `similar`. Entries that are not finite are left out, and counted in a remark.
    people: their names, () to number them.
    """
    stack = _checked(values, len(name.ids), file)
    upper = np.triu_indices(len(name.ids), 1)
    found: list[Answer] = []
    for person, matrix in enumerate(stack if similar else -stack, 1):
        who = people[person - 1] if people else f"person {person}" if len(stack) > 1 else ""
        found += [
            Answer(
                campaign=campaign,
                task="pair_rating",
                annotator=who,
                trial=f"{file}:{person}:{i}:{j}",
                items=(name.ids[i], name.ids[j]),
                answer=float(value),
                sampler=IMPORTED,
            )
            for i, j, value in zip(*upper, matrix[upper], strict=True)
            if np.isfinite(value)
        ]
    missing = len(stack) * len(upper[0]) - len(found)
    ratings = [one.answer for one in found] or [0.0]
    remarks = [f"{missing:,} pairs without a number were left out."] if missing else []
    scale = (min(ratings), 0.0 if not similar else max(ratings))
    return Incoming(answers=found, scale=scale, remarks=remarks)


def _checked(values: Vectors, count: int, file: str) -> Doubles:
    """(people, n, n) symmetric matrices; InputError otherwise."""
    stack = np.asarray(values, dtype=np.float64)
    stack = stack[None] if stack.ndim == 2 else stack
    if stack.ndim != 3 or stack.shape[1:] != (count, count):
        raise InputError(
            f"{file}: expected a matrix of {count} x {count} for {count} items, one a person, or upper triangles; "
            f"got {np.shape(values)}."
        )
    if not np.allclose(stack, stack.transpose(0, 2, 1), equal_nan=True):
        raise InputError(f"{file}: expected symmetric matrices.")
    return stack
