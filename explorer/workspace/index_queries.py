"""Queries of each kind that a page takes, to measure an index with: words, pictures from elsewhere, several parts."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from PIL import Image

from explorer.base.arrays import Floats, unit_rows
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.half import widen
from explorer.base.sampling import at_most
from explorer.encoders.base import Encoder
from explorer.index import QueryKind
from explorer.workspace.probes import general_texts, own_texts

TEXTS, PICTURES, COMPOSED = 600, 200, 400
LESS = -0.5  # weight of a part that the answer should be less like


def other_queries(
    dataset: Dataset, embeddings: Embeddings, encoder: Encoder | None, generator: Generator
) -> dict[QueryKind, Floats]:
    """(q, d) unit query vectors of each kind but "item", of those that this encoder can take.

    text: half everyday words, half the collection's own. picture: drawn scenes, which are in no collection of photos.
    composed: two or three items, words or pictures, one of them sometimes with a negative weight.
    encoder: None when it cannot be loaded; then there are no texts and pictures.
    """
    found: dict[QueryKind, Floats] = {}
    able = encoder.abilities if encoder else None
    texts = text_queries(dataset, encoder, generator) if encoder else None
    if texts is not None:
        found["text"] = texts
    if encoder and able and able.images:
        found["picture"] = encoder.encode_images(_pictures(generator))
    items = widen(embeddings.vectors[at_most(embeddings.rows, COMPOSED, generator)])
    if len(items) > 1:
        found["composed"] = _composed([items, *found.values()], generator)
    return found


def text_queries(dataset: Dataset, encoder: Encoder, generator: Generator) -> Floats | None:
    """(q, d) up to 600 unit text queries, as in `other_queries`; None for a model that cannot find items by words."""
    if not encoder.abilities.words_find_items:
        return None
    return encoder.encode_texts(_texts(dataset, generator))


def learning_texts(dataset: Dataset, encoder: Encoder, generator: Generator) -> Floats | None:
    """(q, d) further unit text queries: none that `text_queries` gives with an equal generator; None as there."""
    if not encoder.abilities.words_find_items:
        return None
    measured = set(_texts(dataset, generator))
    others = [
        text for text in dict.fromkeys((*general_texts(), *own_texts(dataset, 4 * TEXTS))) if text not in measured
    ]
    return encoder.encode_texts(others) if others else None


def _texts(dataset: Dataset, generator: Generator) -> list[str]:
    own = _some(own_texts(dataset, 4 * TEXTS), TEXTS // 2, generator)
    return _some(general_texts(), TEXTS - len(own), generator) + own


def _some(texts: Sequence[str], most: int, generator: Generator) -> list[str]:
    return [texts[place] for place in at_most(np.arange(len(texts)), most, generator)]


def _pictures(generator: Generator) -> list[Image.Image]:
    from explorer.scenes.render import render
    from explorer.scenes.sample import sample

    return [render(sample(generator)) for _ in range(PICTURES)]


def _composed(sources: Sequence[Floats], generator: Generator) -> Floats:
    """(q, d) an item with one or two other things; sources: items first, then texts and pictures."""
    others = np.concatenate(sources)
    first, second, third = (rows[generator.integers(0, len(rows), COMPOSED)] for rows in (sources[0], others, others))
    weights = generator.choice([1.0, 1.0, LESS], COMPOSED)[:, None]
    more = generator.integers(0, 2, COMPOSED)[:, None]
    made = first + weights * second + more * third
    long_enough = np.linalg.norm(made, axis=1) > 0.1
    return unit_rows(made[long_enough].astype(np.float32))
