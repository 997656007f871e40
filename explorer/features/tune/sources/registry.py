"""What can teach in a workspace, by the name that commands and addresses have for it."""

from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.columns import codes_of
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.memory import remembered
from explorer.features.judgments.contract import campaigns_with_answers, tag_campaigns
from explorer.features.tune.lesson import Kind, Lesson
from explorer.features.tune.retrieval.parts import COLUMN as COLUMN_OF_SPLITS
from explorer.features.tune.sources.columns import by_campaign_tags, by_column, by_tags
from explorer.features.tune.sources.people import by_judgments
from explorer.features.tune.sources.texts import (
    SIDES,
    by_captions,
    by_file,
    by_triples,
    caption_column,
    tuples_of_file,
)
from explorer.workspace.opened import Opened
from explorer.workspace.triple_store import triple_store

COLUMN, CAMPAIGN, JUDGED, FILE = "column:", "campaign-tags:", "judgments:", "file:"
EXPECTED = "column:NAME, tags, captions, triples, judgments:CAMPAIGN, campaign-tags:CAMPAIGN or file:PATH"


def sources_of(opened: Opened, spec: str) -> dict[str, str]:
    """What can teach the model `spec` here: names for commands, and for people, the likeliest first."""
    reads = "" if spec.startswith("precomputed:") else "words"
    found = {f"{COLUMN}{name}": f"Column: {name}" for name in teaching_columns(opened)}
    found |= {f"{JUDGED}{name}": f"Judgments: {name}" for name in campaigns_with_answers(opened)}
    found |= {f"{CAMPAIGN}{name}": f"Tags of the campaign {name}" for name in tag_campaigns(opened)}
    if opened.tag_counts():
        found["tags"] = "Tags"
    if reads and caption_column(opened):
        found["captions"] = "Captions"
    if reads and triple_store(opened.workspace).count():
        found["triples"] = "Training triples of Explore"
    return found


@remembered(1)
def teaching_columns(opened: Opened) -> tuple[str, ...]:
    """Columns of which two values or more are shared, by half of the items that have one at least; "label" first."""
    coded = {name: codes_of(opened.dataset.table.column(name)).filled().counts for name in opened.dataset.attributes}
    usable = [
        name
        for name, counts in coded.items()
        if (counts > 1).sum() > 1 and counts[counts > 1].sum() * 2 >= counts.sum() and name != COLUMN_OF_SPLITS
    ]
    return tuple(sorted(usable, key=lambda name: name != "label"))


def kind_of(source: str) -> Kind:
    """What a source that `sources_of` lists teaches by at least; training triples may be pairs as well."""
    if source == "triples" or source.startswith(JUDGED):
        return "triples"
    return "pairs" if source == "captions" else "groups"


@remembered(4)
def kind_of_file(opened: Opened, spec: str, path: Path) -> tuple[Kind, int]:
    """What a file teaches by, and how many rows of it; InputError that names the rows that cannot teach."""
    found = tuples_of_file(opened, vectors_of(opened, spec), path)
    return ("triples" if len(found[0]) == len(SIDES) else "pairs"), len(found)


def lesson_from(opened: Opened, spec: str, source: str) -> Lesson:
    """The lesson of a source, such as "column:label"; InputError for one that is not there."""
    vectors, name = vectors_of(opened, spec), source.partition(":")[2]
    if source.startswith(COLUMN):
        return by_column(opened, vectors, name)
    if source.startswith(JUDGED):
        return by_judgments(opened, vectors, name)
    if source.startswith(CAMPAIGN):
        return by_campaign_tags(opened, vectors, name)
    if source.startswith(FILE):
        return by_file(opened, spec, vectors, Path(name))
    if source == "tags":
        return by_tags(opened, vectors)
    if source == "captions":
        return by_captions(opened, spec, vectors)
    if source == "triples":
        return by_triples(opened, spec, vectors)
    raise InputError(f"What teaches: expected {EXPECTED}, got {source[:60]!r}.")


def vectors_of(opened: Opened, spec: str) -> Floats:
    """(n, d) unit rows of the items, zeros for one without a vector."""
    found = opened.embeddings(spec)
    vectors = widen(found.vectors)
    return np.where(found.present[:, None], vectors, np.float32(0))
