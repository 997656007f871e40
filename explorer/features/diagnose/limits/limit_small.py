"""LIMIT-small, which ships with the program: questions for two texts at once, simple words, hard for one vector a text.

Source: Weller, Boratko, Naim & Lee 2025, On the Theoretical Limitations of Embedding-Based Retrieval, arXiv 2508.21038;
the data are theirs, CC BY 4.0 (`assets/limit`).
"""

import gzip
import json
from dataclasses import dataclass
from functools import cache

import numpy as np

from explorer.base.arrays import Mask
from explorer.base.shipped import ASSETS

FOLDER = ASSETS / "limit"


@dataclass(frozen=True)
class Questions:
    """documents: (n,) texts. queries: (q,) texts. relevant: (q, n) which documents answer a query, two each."""

    documents: tuple[str, ...]
    queries: tuple[str, ...]
    relevant: Mask


@cache
def limit_small() -> Questions:
    """The 46 documents and 1,000 queries, in the order of their files."""
    documents = {str(line["_id"]): str(line["text"]) for line in _lines("corpus")}
    queries = {str(line["_id"]): str(line["text"]) for line in _lines("queries")}
    row = {name: place for place, name in enumerate(queries)}
    column = {name: place for place, name in enumerate(documents)}
    relevant = np.zeros((len(queries), len(documents)), dtype=bool)
    for line in _lines("qrels"):
        relevant[row[str(line["query-id"])], column[str(line["corpus-id"])]] = True
    relevant.flags.writeable = False
    return Questions(tuple(documents.values()), tuple(queries.values()), relevant)


def _lines(name: str) -> list[dict[str, object]]:
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
