"""Triples by what people found alike."""

import numpy as np

from explorer.base.arrays import Floats, Mask
from explorer.features.judgments.contract import answered_triplets
from explorer.features.tune.lesson import Lesson, tuples_lesson
from explorer.workspace.opened import Opened


def by_judgments(opened: Opened, vectors: Floats, campaign: str) -> Lesson:
    """The triples that the answers of a campaign say, about items that have one of the (n, d) vectors."""
    triples, card = answered_triplets(opened, campaign)
    present: Mask = np.asarray(vectors.any(axis=1))
    there = present[triples].all(axis=1)
    texts = np.zeros(len(vectors), dtype=np.bool_)
    return tuples_lesson(vectors, texts, triples[there], f"the judgments of {campaign}", **card)
