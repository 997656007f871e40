"""Everything in a workspace that says how alike two items are, to be compared with people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Rows
from explorer.base.dataset import TEXT, Dataset
from explorer.base.errors import InputError
from explorer.encoders.base import Encoder
from explorer.encoders.pool import POOL
from explorer.encoders.specs import DEFAULT_SENTENCE
from explorer.features.conditional.contract import Condition, Method
from explorer.features.judgments.agreement.columns import telling_columns
from explorer.features.judgments.agreement.conditions import condition_similarity, conditional_pairs, parse_pair
from explorer.features.judgments.agreement.judged import tag_campaigns
from explorer.features.judgments.agreement.similarity import Similarity, column_similarity, vectors_similarity
from explorer.features.judgments.counted import counted_answers
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.tags import kept_tags, tags_of
from explorer.workspace.opened import Opened

SENTENCE = f"sentence:{DEFAULT_SENTENCE}"
USUAL_COLUMNS = 4
Loader = Callable[[str], Encoder]


@dataclass(frozen=True)
class Candidate:
    """Something that says how alike two items are.

    key: for addresses and commands: "encoder:pocket", "column:colour", "texts", "tags:<campaign>" or
    "condition:<method>:<column or aspect>:<its name, quoted>:<encoder>". label and formula: for people. kind: the first
    part of the key. spec: of the encoder, "" for none.
    """

    key: str
    label: str
    kind: str
    formula: str
    spec: str = ""


def all_candidates(opened: Opened) -> list[Candidate]:
    """Everything that people can be compared with: encoders first, then columns, texts, tags, conditional methods."""
    columns = telling_columns(opened.dataset)
    values = [name for name, kind in columns.items() if kind == "values"]
    return [
        *(Candidate(f"encoder:{spec}", spec, "encoder", "cosine of the two vectors", spec) for spec in opened.encoders),
        *(_of_column(name, kind) for name, kind in columns.items()),
        *_of_texts(opened),
        *(_of_tags(name) for name in tag_campaigns(opened)),
        *(_of_condition(spec, *pair) for spec in opened.encoders for pair in conditional_pairs(spec, values)),
    ]


def usual(known: Sequence[Candidate]) -> list[Candidate]:
    """What is compared before anybody chose: all encoders, captions, tags, and the first columns."""
    columns = [one for one in known if one.kind == "column"][:USUAL_COLUMNS]
    return [one for one in known if one.kind in ("encoder", "texts", "tags")] + columns


def similarity_of(opened: Opened, key: str, rows: Rows, load: Loader = POOL.get) -> Similarity:
    """How alike two of the items in (m,) `rows` are by the candidate `key`; InputError when there is no such one.

    load: gives the encoder of a spec; texts, tags and conditions need it.
    """
    kind, _, rest = key.partition(":")
    dataset = opened.dataset
    if kind == "encoder" and rest in opened.encoders:
        embeddings = opened.embeddings(rest)
        return vectors_similarity(embeddings.vectors, embeddings.present)
    if kind == "column" and rest in dataset.attributes:
        return column_similarity(dataset, rest)
    if kind == "texts" and dataset.has_texts:
        return _texts_similarity(_captions(dataset, rows), rows, len(dataset), load)
    if kind == "tags":
        return _texts_similarity(_tags(opened, rest, rows), rows, len(dataset), load)
    if kind == "condition" and rest.count(":") >= 3:
        method, sort, name, spec = rest.split(":", 3)
        if spec in opened.encoders:
            pair = parse_pair(dataset, method, sort, unquote(name))
            return condition_similarity(opened, *pair, load(spec), rows)
    raise _unknown(opened, key)


def _unknown(opened: Opened, key: str) -> InputError:
    known = all_candidates(opened)
    short = ", ".join(one.key for one in known if one.kind != "condition")
    more = next((f", or a conditional method such as {one.key}" for one in known if one.kind == "condition"), "")
    return InputError(f"Compare with: expected one of {short}{more}; got {key!r}.")


def _of_column(name: str, kind: str) -> Candidate:
    formula = f"− |difference of {name}|" if kind == "numbers" else f"1 when {name} is the same, else 0"
    return Candidate(f"column:{name}", f"column {name}", "column", formula)


def _of_texts(opened: Opened) -> list[Candidate]:
    if not (opened.dataset.has_texts and opened.dataset.has_images) or SENTENCE in opened.encoders:
        return []
    return [Candidate("texts", "captions", "texts", f"cosine of the captions' vectors under {DEFAULT_SENTENCE}")]


def _of_tags(campaign: str) -> Candidate:
    words = f"cosine of the mean vectors of the tags under {DEFAULT_SENTENCE}"
    return Candidate(f"tags:{campaign}", f"tags of {campaign}", "tags", words)


def _of_condition(spec: str, method: Method, condition: Condition) -> Candidate:
    key = f"condition:{method.name}:{condition.kind}:{quote(condition.name, safe='')}:{spec}"
    by = f"column {condition.name}" if condition.kind == "column" else condition.name
    return Candidate(key, f"{spec}, by {by}: {method.label}", "condition", method.formula, spec)


def _captions(dataset: Dataset, rows: Rows) -> list[list[str]]:
    texts = dataset.table.column(TEXT).take(pa.array(rows)).to_pylist()
    return [[text] if text.strip() else [] for text in texts]


def _tags(opened: Opened, campaign: str, rows: Rows) -> list[list[str]]:
    found = tags_of(counted_answers(judgment_store(opened.workspace), campaign, "tags").answers)
    if not found:
        raise InputError(f"There are no tags from {campaign!r}.")
    ids = opened.dataset.ids[rows].tolist()
    return [[tag.text for tag in kept_tags(found.get(item, []))] for item in ids]


def _texts_similarity(texts: Sequence[Sequence[str]], rows: Rows, count: int, load: Loader) -> Similarity:
    """Cosine of the mean of the unit vectors of each item's texts, the same for captions and for tags."""
    flat = sorted({text for some in texts for text in some})
    if not flat:
        raise InputError("None of the items that people were asked about has a text.")
    encoder = load(SENTENCE)
    known = dict(zip(flat, encoder.encode_texts(flat), strict=True))
    vectors = np.zeros((count, encoder.dim), dtype=np.float32)
    for row, some in zip(rows, texts, strict=True):
        if some:
            mean = np.mean([known[text] for text in some], axis=0)
            vectors[row] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return vectors_similarity(vectors, np.asarray(vectors.any(axis=1)))
