"""The matcher of rows and sentences by walks on the graph of their words."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.features.match.best import Best, Scored, best_pairs
from explorer.features.match.grams import Sparse
from explorer.features.match.method import Candidates, MatchMethod, Option, Reasons, Task, candidates
from explorer.features.match.side import Side
from explorer.features.match.walks.alike import nearest_words, pairs_of_file
from explorer.features.match.walks.change import compressed, expanded, pruned
from explorer.features.match.walks.graph import KINDS, TextGraph, graph_of, words_of
from explorer.features.match.walks.reasons import walk_reasons
from explorer.features.match.walks.vectors import WalkSettings, node_vectors
from explorer.heads.skipgram import SkipGram

TEXT, ROW = "the text", "all columns"
OPTIONS = (
    Option(
        name="cells",
        label="Of the left list",
        default=TEXT,
        choices=(TEXT, ROW),
        help="What counts: the column that is compared, or every column of a table, which then is a node as well.",
    ),
    Option(name="walks", label="Walks from each text", default=10.0, least=1, most=100),
    Option(name="length", label="Nodes of a walk", default=25.0, least=2, most=100),
    Option(
        name="window",
        label="Window",
        default=3.0,
        least=1,
        most=20,
        help="Nodes of a walk that are at most so far apart become alike.",
    ),
    Option(name="epochs", label="Epochs", default=10.0, least=1, most=100, help="How often all of it is learned from."),
    Option(
        name="noise",
        label="Drawn against",
        default=32.0,
        least=8,
        most=512,
        help="So many nodes stand for all others in a step of learning: more is better and slower.",
    ),
    Option(
        name="synonyms",
        label="Words that mean the same",
        default="",
        file=True,
        help="A table whose first two columns are words that mean the same; they are joined in the graph.",
    ),
    Option(
        name="alike",
        label="Join words from a cosine on",
        default=0.0,
        least=0.0,
        most=1.0,
        help="Words of the graph whose vectors have at least this cosine are joined; 0: none. 0.7 is a start.",
    ),
    Option(
        name="compress",
        label="Shrink to shortest paths",
        default=0.0,
        least=0.0,
        most=1.0,
        help="Only words on shortest paths between random pairs of texts stay: so many pairs, as a share of the nodes; "
        "0: all words stay. The paper takes 0.25 to 0.5.",
    ),
    Option(name="keep", label="Pairs a left text", default=10.0, least=1, most=100),
    Option(name="seed", label="Seed", default=0.0, least=0, most=1e6, help="Of the walks and of learning."),
)


def whole_graph(task: Task) -> TextGraph:
    """The graph of a task, grown by words that mean the same, not shrunk."""
    cells, columns = _cells(task.left, str(task.options["cells"]))
    graph = graph_of(cells, () if task.same else task.right.texts, columns)
    path, least = str(task.options["synonyms"]), float(task.options["alike"])
    pairs = pairs_of_file(Path(path)) if path else []
    if least > 0:
        if task.embed is None:
            raise InputError("Joining words by their cosine needs a model that reads texts. Choose one, or set 0.")
        pairs += nearest_words(graph, task.embed, least)
    return expanded(graph, pairs) if pairs else pruned(graph)


def _cells(side: Side, which: str) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
    """The cells of each row, and the names of the columns; without names where rows are texts."""
    if which == ROW:
        names = tuple(side.table.column_names)
        return list(zip(*(side.strings(name) for name in names), strict=True)), names
    if not side.text:
        raise InputError(f"{side.name}: choose the column that is compared, or let all columns count.")
    return [(text,) for text in side.texts], ()


def row_texts(task: Task) -> list[str]:
    """(n,) what counts of each left row, as one text."""
    return [" ".join(cells) for cells in _cells(task.left, str(task.options["cells"]))[0]]


def settings_of(task: Task) -> WalkSettings:
    """The settings that the options name."""
    names = ("walks", "length", "window", "epochs", "noise")
    walks, length, window, epochs, noise = (int(task.options[name]) for name in names)
    return WalkSettings(
        walks=walks, length=length, window=window, skipgram=SkipGram(dim=100, epochs=epochs, rate=0.1, shared=noise)
    )


@dataclass(frozen=True)
class Tfidf:
    """The baseline: sparse unit rows of words by TF-IDF, stop words left out."""

    left: Sparse
    right: Sparse

    def __call__(self, rows: Rows) -> Floats:
        """(b, m) cosines of some left texts."""
        return np.asarray((self.left[rows] @ self.right.T).toarray(), np.float32)


def tfidf_of(task: Task) -> Tfidf:
    """The baseline for a task; weights from both lists."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    left, right = row_texts(task), [] if task.same else list(task.right.texts)
    made = TfidfVectorizer(analyzer=_with_mark, dtype=np.float32)
    rows = made.fit_transform([*left, *right])[
        :, 1:
    ]  # the mark is the first term; rows of texts without words are empty

    rows = made.fit_transform([*left, *right])[:, 1:]  # without the mark, the first of the terms
    rows = normalize(rows) if rows.shape[1] else rows
    return Tfidf(rows[: len(left)], rows if task.same else rows[len(left) :])


def _with_mark(text: str) -> list[str]:
    """The words of a text and a mark, so that a list without words has a term."""
    return ["", *words_of(text)]


def propose(task: Task, progress: Progress) -> Candidates:
    """The nearest right texts of each left one by the cosine of their nodes."""
    rng = np.random.default_rng(int(task.options["seed"]))
    whole = whole_graph(task)
    graph = compressed(whole, float(task.options["compress"]), rng, progress)
    vectors = node_vectors(graph, settings_of(task), rng, progress)
    count = len(task.left)
    left, right = vectors[:count], vectors[:count] if task.same else vectors[count : count + len(task.right)]
    plain = tfidf_of(task)

    def score(rows: Rows) -> Scored:
        return Scored(left[rows] @ right.T, {"walks": left[rows] @ right.T, "TF-IDF of words": plain(rows)})

    best = best_pairs(
        (count, len(right)), score, keep=int(task.options["keep"]), least=0.0, same=task.same, progress=progress
    )
    about = {"graph": _graph_words(whole, graph), "beside TF-IDF": _agreement(task, best, plain, len(right))}
    return candidates(best.left, best.right, best.scores, routes=("walks",), parts=best.parts, about=about)


def _graph_words(whole: TextGraph, used: TextGraph) -> str:
    counts = np.bincount(used.kinds, minlength=len(KINDS))
    told = ", ".join(f"{count:,} {kind}" for count, kind in zip(counts, KINDS, strict=True) if count)
    shrunk = f"; shrunk from {len(whole.kinds):,} nodes" if len(whole.kinds) != len(used.kinds) else ""
    return f"{told}; {used.edges:,} edges{shrunk}"


def _agreement(task: Task, best: Best, plain: Tfidf, count: int) -> str:
    """In how many left texts the first one is that of TF-IDF, in words."""
    rows, first = np.unique(best.left, return_index=True)
    if task.same or not len(rows):
        return "TF-IDF of words stands beside each pair"
    same = sum(
        int((plain(some).argmax(axis=1) == best.right[first[at]]).sum())
        for some, at in _some(rows, max(1, 4_000_000 // max(count, 1)))
    )
    return f"the same first text for {same:,} of {len(rows):,}"


def _some(rows: Rows, size: int) -> list[tuple[Rows, Rows]]:
    places = np.arange(len(rows))
    return [(rows[at], at) for at in np.split(places, range(size, len(rows), size))]


def explain(task: Task, left: int, right: int) -> Reasons:
    """The words that join two texts, and the path with the rarest of them."""
    other = right if task.same else len(task.left) + right
    names = (task.left.ids[left], task.right.ids[right])
    return walk_reasons(whole_graph(task), (left, other), names, (row_texts(task)[left], task.right.texts[right]))


WALKS = MatchMethod(
    name="walks",
    label="Rows and sentences: walks on the graph of their words",
    formula="cosine of node vectors by skip-gram on random walks over texts, columns and runs of 1 to 3 words",
    source="TDmatch (Ahmadi, Sand and Papotti 2022)",
    needs=("texts",),
    baseline="tfidf",
    trained="on 10 walks of 25 nodes from each text and column, window 3, 100 numbers, 10 epochs",
    kind="texts",
    propose=propose,
    explain=explain,
    options=OPTIONS,
)
