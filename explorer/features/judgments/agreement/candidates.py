"""The judgments of a workspace against everything in it that says how alike two items are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Rows
from explorer.base.dataset import TEXT, Dataset
from explorer.base.errors import InputError
from explorer.encoders import Encoder, load_encoder
from explorer.encoders.registry import DEFAULT_SENTENCE
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.method import Method
from explorer.features.judgments.agreement.conditions import condition_similarity, conditional_pairs, parse_pair
from explorer.features.judgments.agreement.people import Person, failed_checks, people_table, without
from explorer.features.judgments.agreement.reliability import Reliability, reliability
from explorer.features.judgments.agreement.scores import Similarity, vectors_similarity
from explorer.features.judgments.questions import CHOICE_TASKS, RATING_TASKS, Asked, Doubles, asked_of
from explorer.features.judgments.service import judgment_store, workspace_ids
from explorer.features.judgments.splits import rows_of
from explorer.features.judgments.store import Store
from explorer.features.judgments.tags import kept_tags, tags_of
from explorer.workspace.folder import Workspace

SENTENCE = f"sentence:{DEFAULT_SENTENCE}"
MOST_COLUMN_VALUES = 60
Loader = Callable[[str], Encoder]


@dataclass(frozen=True)
class Source:
    """Something that says how alike two items are.

    key: for addresses and commands: "encoder:pocket", "column:colour", "texts", "tags:<campaign>" or
    "condition:<method>:<column or aspect>:<its name, quoted>:<encoder>". label and formula: for people. kind: the first
    part of the key.
    """

    key: str
    label: str
    kind: str
    formula: str


@dataclass(frozen=True)
class Judged:
    """The judgments of one campaign, as questions.

    people: a line a person, those left out included. left_out: who is not in `asked`, for failed checks.
    """

    campaign: str
    task: str
    condition: str
    asked: Asked
    people: list[Person]
    left_out: list[str]


def campaigns_with_answers(workspace: Workspace) -> dict[str, str]:
    """Name and task of each campaign whose answers say how alike items are."""
    known = CHOICE_TASKS + RATING_TASKS
    found = judgment_store(workspace).tasks()
    return {name: task for name, tasks in sorted(found.items()) for task in sorted(tasks) if task in known}


def answers_key(workspace: Workspace) -> str:
    """A short string that changes with every answer: the key of caches."""
    store = judgment_store(workspace)
    return f"{workspace.key}-{last_event(store)}"


def last_event(store: Store) -> int:
    """Number of the newest event; 0 when there is none."""
    if not store.exists():
        return 0
    with store.connect() as connection:
        return int(connection.execute("SELECT COALESCE(MAX(seq), 0) FROM events").fetchone()[0])


def read_judged(workspace: Workspace, campaign: str, least_passed: float = 0.0) -> Judged:
    """The judgments of `campaign`, without the people who passed fewer than the share `least_passed` of their checks.

    Raises InputError when there is no such campaign, or nobody is left.
    """
    tasks = campaigns_with_answers(workspace)
    if campaign not in tasks:
        known = ", ".join(tasks) or "none yet"
        raise InputError(f"There are no judgments of similarity called {campaign!r}. Campaigns with answers: {known}.")
    task, ids = tasks[campaign], workspace_ids(workspace)
    answers = judgment_store(workspace).answers(campaign, task)
    everyone = asked_of(answers, ids, task)
    people = people_table(answers, everyone)
    left_out = failed_checks(people, least_passed)
    kept = without(answers, left_out)
    if not kept:
        raise InputError(
            f"All {len(left_out)} people failed more of their checks than you allow. Lower the share that must pass."
        )
    condition = next((answer.condition for answer in kept if answer.condition), "")
    asked = asked_of(kept, ids, task) if left_out else everyone
    return Judged(campaign, task, condition, asked, people, left_out)


def reliability_of(judged: Judged, seed: int = 0) -> Reliability:
    """How far the people of `judged` agree."""
    return reliability(judged.asked, np.random.default_rng(seed))


def rows_asked(asked: Asked) -> Rows:
    """(m,) rows of the items that the questions are about."""
    return np.unique(rows_of(asked))


def sources(workspace: Workspace) -> list[Source]:
    """Everything in the workspace that people can be compared with: encoders first, then columns, texts, tags."""
    dataset = workspace.dataset()
    specs = workspace.encoders()
    found = [Source(f"encoder:{spec}", spec, "encoder", "cosine of the two vectors") for spec in specs]
    columns = [name for name in dataset.attributes if _column_kind(dataset, name)]
    found += [_column_source(dataset, name) for name in columns]
    if dataset.has_texts and dataset.has_images and SENTENCE not in specs:
        found.append(Source("texts", "captions", "texts", f"cosine of the captions' vectors under {DEFAULT_SENTENCE}"))
    for name, tasks in judgment_store(workspace).tasks().items():
        if "tags" in tasks:
            words = f"cosine of the mean vectors of the tags under {DEFAULT_SENTENCE}"
            found.append(Source(f"tags:{name}", f"tags of {name}", "tags", words))
    values = [name for name in columns if _column_kind(dataset, name) == "values"]
    return found + [_conditional_source(spec, *pair) for spec in specs for pair in conditional_pairs(spec, values)]


def _conditional_source(spec: str, method: Method, condition: Condition) -> Source:
    key = f"condition:{method.name}:{condition.kind}:{quote(condition.name, safe='')}:{spec}"
    by = f"column {condition.name}" if condition.kind == "column" else condition.name
    return Source(key, f"{spec}, by {by}: {method.label}", "condition", method.formula)


def similarity_of(workspace: Workspace, key: str, rows: Rows, load: Loader = load_encoder) -> Similarity:
    """How alike two of the items in (m,) `rows` are by the source `key`; InputError when there is no such source.

    load: gives the encoder of a spec, such as one that is in memory already; texts, tags and conditions need it.
    """
    kind, _, rest = key.partition(":")
    dataset = workspace.dataset()
    if kind == "encoder" and rest in workspace.encoders():
        embeddings = workspace.embeddings(rest)
        return vectors_similarity(embeddings.vectors, embeddings.present)
    if kind == "column" and rest in dataset.attributes:
        return column_similarity(dataset, rest)
    if kind == "texts" and dataset.has_texts:
        texts = dataset.table.column(TEXT).take(pa.array(rows)).to_pylist()
        return _texts_similarity([[text] if text.strip() else [] for text in texts], rows, len(dataset), load)
    if kind == "tags":
        return _tags_similarity(workspace, rest, rows, load)
    if kind == "condition" and rest.count(":") >= 3:
        method, sort, name, spec = rest.split(":", 3)
        if spec in workspace.encoders():
            pair = parse_pair(dataset, method, sort, unquote(name))
            return condition_similarity(workspace, *pair, load(spec), rows)
    known = sources(workspace)
    short = ", ".join(source.key for source in known if source.kind != "condition")
    more = next((f", or a conditional method such as {one.key}" for one in known if one.kind == "condition"), "")
    raise InputError(f"Compare with: expected one of {short}{more}; got {key!r}.")


def _column_kind(dataset: Dataset, name: str) -> str:
    """Whether a column holds "values" or "numbers"; "" when it says nothing about how alike two items are."""
    column = dataset.table.column(name)
    distinct = len(column.unique().drop_null()) if not pa.types.is_nested(column.type) else 0
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return "numbers" if distinct > 1 else ""
    return "values" if 1 < distinct <= MOST_COLUMN_VALUES and distinct < len(dataset) else ""


def _column_source(dataset: Dataset, name: str) -> Source:
    if _column_kind(dataset, name) == "numbers":
        return Source(f"column:{name}", f"column {name}", "column", f"− |difference of {name}|")
    return Source(f"column:{name}", f"column {name}", "column", f"1 when {name} is the same, else 0")


def column_similarity(dataset: Dataset, name: str) -> Similarity:
    """1 for equal values and 0 for others; of numbers minus the absolute difference; NaN where a value is missing."""
    values = dataset.column(name)
    if _column_kind(dataset, name) == "numbers":
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return lambda first, second: np.asarray(-np.abs(numbers[first] - numbers[second]))
    codes = values.astype("category").cat.codes.to_numpy()

    def same(first: Rows, second: Rows) -> Doubles:
        found = (codes[first] == codes[second]).astype(np.float64)
        found[(codes[first] < 0) | (codes[second] < 0)] = np.nan
        return np.asarray(found)

    return same


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


def _tags_similarity(workspace: Workspace, campaign: str, rows: Rows, load: Loader) -> Similarity:
    found = tags_of(judgment_store(workspace).answers(campaign, "tags"))
    if not found:
        raise InputError(f"There are no tags from {campaign!r}.")
    ids = workspace_ids(workspace)
    texts = [[tag.text for tag in kept_tags(found.get(ids[row], []))] for row in rows]
    return _texts_similarity(texts, rows, len(ids), load)
