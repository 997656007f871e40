"""Words that ask for held-out items: names of their groups, and their captions; what a head does to search by words."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Mask, Rows
from explorer.base.columns import codes_of
from explorer.base.sampling import at_most
from explorer.encoders.tuned import apply_head
from explorer.features.tune.lesson import Lesson
from explorer.features.tune.measures import words_find
from explorer.features.tune.sources.texts import caption_column, text_vectors
from explorer.heads.head import Head
from explorer.workspace.opened import Opened

MOST = 1_000


@dataclass(frozen=True)
class Asked:
    """queries: (q, d) unit rows of texts. rows: (n,) items asked among. relevant: (q, n). what: names or captions."""

    queries: Floats
    rows: Rows
    relevant: Mask
    what: str

    def found(self, vectors: Floats, head: Head | None = None) -> dict[str, Doubles]:
        """Recall@k of each query among the (n, d) vectors of all items, both through `head` where there is one."""
        items, queries = vectors[self.rows], self.queries
        if head is not None:
            items, queries = apply_head(head, items), apply_head(head, queries, texts=True)
        return words_find(queries, items, self.relevant)


def asked_words(opened: Opened, spec: str, lesson: Lesson, rows: Rows, seed: int = 0) -> Asked | None:
    """Captions of the items `rows` as queries, else the names of their groups; None where the model reads no words."""
    if spec.startswith("precomputed:") or not opened.encoder(spec).abilities.words_find_items:
        return None
    column = caption_column(opened)
    if column:
        coded = codes_of(opened.dataset.table.column(column)).filled()
        codes, names, what = coded.codes[rows], coded.names, "captions"
    elif lesson.kind == "groups" and any(any(map(str.isalpha, name)) for name in lesson.names):
        codes, names, what = lesson.codes[rows], tuple(name.replace("_", " ") for name in lesson.names), "names"
    else:
        return None
    chosen = at_most(np.unique(codes[codes >= 0]), MOST, np.random.default_rng(seed))
    if len(chosen) < 2:
        return None
    queries = text_vectors(opened, spec, [names[code] for code in chosen])
    return Asked(queries, rows, codes[None] == chosen[:, None], what)
