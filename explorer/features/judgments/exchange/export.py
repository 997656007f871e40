"""Judgments for other programs: odd one out, anchored triplets, and dissimilarity matrices as rsatoolbox reads them."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from explorer.base.arrays import Doubles, Rows, check_choice
from explorer.base.errors import InputError
from explorer.features.judgments.arrangements import arrangement_matrix
from explorer.features.judgments.arrays import odd_one_out_array, triplet_array
from explorer.features.judgments.values import Answer
from explorer.io.spreadsheet import safe_text

ARRAYS: dict[str, Callable[[Sequence[Answer], Sequence[str]], Rows]] = {
    "odd-one-out": odd_one_out_array,
    "odd-one-out-second": lambda answers, ids: odd_one_out_array(answers, ids, odd=1),
    "triplets": triplet_array,
}
HEADERS = {
    "odd-one-out": ("alike_1", "alike_2", "odd"),
    "odd-one-out-second": ("alike_1", "odd", "alike_2"),
    "triplets": ("reference", "nearer", "farther"),
}
ENDINGS = {
    "events": ("csv", "jsonl", "parquet"),
    "people": ("csv", "jsonl", "parquet"),
    **dict.fromkeys(ARRAYS, ("npy", "csv")),
    "dissimilarities": ("npz", "csv"),
}
EXPORTS = tuple(ENDINGS)


def array_bytes(rows: Rows, ids: Sequence[str], ending: str, header: Sequence[str]) -> bytes:
    """Answers as .npy (row numbers from 0, in the order of the data set) or .csv (ids, with a header)."""
    check_choice(ending, ("npy", "csv"), "the ending of the file")
    if ending == "npy":
        buffer = io.BytesIO()
        np.save(buffer, rows, allow_pickle=False)
        return buffer.getvalue()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([safe_text(ids[row]) for row in line] for line in rows.tolist())
    return text.getvalue().encode()


def rating_matrices(
    answers: Sequence[Answer], ids: Sequence[str], tops: Mapping[str, float]
) -> tuple[list[str], Doubles]:
    """Names of the people and (people, n, n) dissimilarities, NaN where nobody rated.

    A dissimilarity is the top of the campaign's scale minus the mean of the person's ratings of the pair.
    """
    places = {item: row for row, item in enumerate(ids)}
    people = sorted({one.annotator for one in answers})
    sums, counts = np.zeros((2, len(people), len(ids), len(ids)))
    for one in answers:
        person, (i, j) = people.index(one.annotator), (places[item] for item in one.items)
        for a, b in ((i, j), (j, i)):
            sums[person, a, b] += tops.get(one.campaign, 0.0) - float(one.answer)
            counts[person, a, b] += 1
    with np.errstate(invalid="ignore"):
        found = np.where(counts > 0, sums / counts, np.nan)
    found[:, np.arange(len(ids)), np.arange(len(ids))] = 0.0
    return people, found


def dissimilarity_matrices(
    answers: Sequence[Answer], ids: Sequence[str], tops: Mapping[str, float]
) -> tuple[list[str], list[str], Doubles]:
    """Items that were rated or arranged, people, and (people, n, n) dissimilarities over those items.

    Raises InputError when there are neither ratings of pairs nor arrangements, or both.
    """
    known = set(ids)
    kept = [
        one
        for one in answers
        if one.task in ("pair_rating", "arrangement") and not one.is_check and known.issuperset(one.items)
    ]
    tasks = {one.task for one in kept}
    if len(tasks) != 1:
        got = "both" if tasks else "neither"
        raise InputError(f"Expected ratings of pairs or arrangements, got {got}. Choose one campaign.")
    used = {item for one in kept for item in one.items}
    items = [item for item in ids if item in used]
    if tasks == {"pair_rating"}:
        people, found = rating_matrices(kept, items, tops)
        return items, people, found
    people = sorted({one.annotator for one in kept})
    matrices = [arrangement_matrix([one for one in kept if one.annotator == who], items) for who in people]
    return items, people, np.stack(matrices)


def dissimilarity_bytes(
    answers: Sequence[Answer], ids: Sequence[str], tops: Mapping[str, float], ending: str
) -> tuple[bytes, str]:
    """Matrices as .npz (`dissimilarities` is what rsatoolbox's `RDMs` takes), or the mean as .csv; and a sentence.

    .npz: dissimilarities (people, pairs) along the upper triangle, matrices (people, n, n), items, annotators.
    """
    check_choice(ending, ("npz", "csv"), "the ending of the file")
    items, people, found = dissimilarity_matrices(answers, ids, tops)
    sentence = f"Dissimilarities of {len(items)} items by {len(people)} people"
    if ending == "csv":
        return _mean_csv(items, found), f"{sentence} (their mean)"
    upper = np.triu_indices(len(items), 1)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, dissimilarities=found[:, *upper], matrices=found, items=np.array(items), annotators=np.array(people)
    )
    return buffer.getvalue(), sentence


def _mean_csv(items: Sequence[str], found: Doubles) -> bytes:
    counts = np.isfinite(found).sum(axis=0)
    mean = np.where(counts > 0, np.nansum(found, axis=0) / np.maximum(counts, 1), np.nan)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["", *map(safe_text, items)])
    for item, line in zip(items, mean, strict=True):
        writer.writerow([safe_text(item), *("" if np.isnan(value) else repr(float(value)) for value in line)])
    return text.getvalue().encode()
