"""The matcher on TabSim's distances. Habibi, Starlinger, Leser 2020: TabSim, a Siamese neural network for tables."""

from collections.abc import Mapping

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.progress import Progress
from explorer.features.match.method import Candidates, Compared, MatchMethod, Option, Reasons, Task, candidates
from explorer.features.match.tables.content import Content, without_header
from explorer.features.match.tables.head import NETWORK, TabSim, load_tabsim
from explorer.features.match.tables.network import EPSILON, OUT, Parts
from explorer.features.match.tables.showing import BETWEEN
from explorer.features.match.tables.tfidf import (
    KEEP,
    TABLES_TFIDF,
    about_notes,
    best_of_rows,
    itself,
    read_words,
    rows_of_pairs,
)
from explorer.features.match.tables.tfidf import explain as explain_words

SIMILAR = 0.5
"""Two tables are called similar up to this distance."""
_BLOCK = 256
MIX = "mix"
HALVES = ("network: caption", "network: cells")
OPTIONS = (
    Option(name="head", label="Trained weights", default="", help="Name of the head; the first there is when empty."),
    Option(
        name="score",
        label="Score by",
        default=NETWORK,
        choices=(NETWORK, MIX),
        help="The network's distance alone, or with the words of caption, header and cells, as learned beside it.",
    ),
    Option(name="caption", label="Caption", default=True, help="Off, the network does not see the caption."),
    Option(name="content", label="Content", default=True, help="Off, the network does not see header and cells."),
    Option(
        name="structure",
        label="Structure",
        default=True,
        help="Off, the network sees the cells as a bag: neither column nor order.",
    ),
    KEEP,
)


def closeness(distances: Floats) -> Floats:
    """4^(−d) of distances d: 1 for the same, 0.5 at the distance 0.5, up to which tables are called similar."""
    return np.asarray(np.power(4.0, -np.asarray(distances, np.float64)), np.float32)


def parts_of(options: Mapping[str, object]) -> Parts:
    """Which parts the network looks at."""
    return Parts(*(bool(options.get(name, True)) for name in ("caption", "content", "structure")))


def halves(first: Floats, second: Floats) -> tuple[Floats, Floats, Floats]:
    """Distances of (p, 200) representations: of all of it, of the half of the caption, of the half of the cells."""
    squares = (np.asarray(first, np.float64) - second) ** 2
    caption, cells = squares[:, :OUT].sum(1), squares[:, OUT:].sum(1)
    return _root(caption + cells), _root(caption), _root(cells)


def _root(squares: Doubles) -> Floats:
    return np.asarray(np.sqrt(np.maximum(squares, EPSILON)), np.float32)


def propose(task: Task, progress: Progress) -> Candidates:
    """The `keep` tables at the smallest distance for each of the left side.

    parts: 4^(−d) of the network and of its two halves, and the cosines of the words of caption, header and cells.
    ModelError where nothing is trained.
    """
    model = _model(task)
    left, right, words = read_words(task)
    progress.start("reading tables", 2)
    looked = parts_of(task.options)
    first = model.read(left, looked)[0]
    progress.advance(1)
    second = first if task.same else model.read(right, looked)[0]
    progress.advance(2)
    rows, columns = nearest(first, second, task, progress)
    parts = measured(first, second, rows, columns)
    cosines = {part: one.of_pairs(rows, columns) for part, one in words.items()}
    mixed = task.options.get("score", NETWORK) == MIX
    distances = halves(first[rows], second[columns])[0]
    scores = model.mix.of(distances, cosines) if mixed else parts[NETWORK]
    notes = [*without_header(left, task.left.name), *([] if task.same else without_header(right, task.right.name))]
    about = {"weights": model.name, "similar": "score at least 0.5", **about_notes(notes)}
    route = "network and words" if mixed else "network of tables"
    return candidates(rows, columns, scores, routes=[route], parts=parts | cosines, about=about)


def _model(task: Task) -> TabSim:
    """The weights that the task asks for, read once."""
    name = str(task.options.get("head", ""))
    model: TabSim = task.memory.of("tabsim", (name,), 1, lambda: load_tabsim(name))
    return model


def measured(first: Floats, second: Floats, rows: Rows, columns: Rows) -> dict[str, Floats]:
    """The parts of pairs that the network gives."""
    whole, caption, cells = halves(first[rows], second[columns])
    return dict(zip((NETWORK, *HALVES), map(closeness, (whole, caption, cells)), strict=True))


def nearest(first: Floats, second: Floats, task: Task, progress: Progress) -> tuple[Rows, Rows]:
    """Rows and columns of the pairs that are kept: `keep` nearest for each row of `first`."""
    keep = int(task.options.get(KEEP.name, KEEP.default))
    pairs: list[tuple[int, int]] = []
    progress.start("comparing tables", len(first))
    squares = (second**2).sum(1)
    for start in range(0, len(first), _BLOCK):
        end = min(start + _BLOCK, len(first))
        block = first[start:end]
        near = 2 * block @ second.T - squares[None, :] - (block**2).sum(1)[:, None]
        for row, columns in best_of_rows(near, keep, itself(task, start, end)):
            pairs += [(start + row, int(column)) for column in columns]
        progress.advance(end)
    progress.finish()
    return rows_of_pairs(pairs, task.same)


def explain(task: Task, left: int, right: int) -> Reasons:
    """The words of caption, header and cells, the distances of the network's halves, and its attention over columns."""
    model = _model(task)
    first, second, _ = read_words(task)
    pair = _only(first, left) + _only(second, right)
    rows, _, outer = model.read(pair, parts_of(task.options))
    shown = {field.name: field for field in explain_words(task, left, right).fields}
    whole, caption, cells = (float(one[0]) for one in halves(rows[:1], rows[1:]))
    scores = zip(
        ("Network", *(f"Network, {one.split(': ')[1]}" for one in HALVES)), (whole, caption, cells), strict=True
    )
    told = tuple(Compared(name=name, score=float(closeness(np.array([d]))[0])) for name, d in scores)
    said = "similar" if whole <= SIMILAR else "not similar"
    notes = (
        f"Distance {whole:.3f}: {said} (up to {SIMILAR}); its square is {caption**2:.3f} of the caption and "
        f"{cells**2:.3f} of header and cells.",
        "Shading of the columns: how much of the attention among columns each of them gets.",
    )
    return Reasons(fields=(attention_field(pair, outer), *told, *shown.values()), notes=notes)


def attention_field(pair: Content, outer: Floats) -> Compared:
    """The columns of both tables, shaded by the attention that each gets from the columns that are there."""
    texts, spans = [], []
    for place in range(2):
        names = column_names(pair, place)
        text, marks, at = BETWEEN.join(names), [], 0
        gets = outer[place, : len(names), : len(names)].mean(0) if names else np.empty(0)
        for name, weight in zip(names, gets / max(float(gets.max(initial=0)), 1e-9), strict=True):
            marks.append(((at, at + len(name)), float(weight)))
            at += len(name) + len(BETWEEN)
        texts.append(text)
        spans.append(tuple(mark for mark in marks if mark[0][1] > mark[0][0]))
    return Compared(
        name="Attention over columns", left=texts[0], right=texts[1], left_spans=spans[0], right_spans=spans[1]
    )


def column_names(content: Content, place: int) -> list[str]:
    """Names of the at most nine columns that the network sees, numbers where the header has none."""
    rows = content.grid(place)
    count = min(max((len(row) for row in rows), default=0), 9)
    header = content.headers[place]
    return [(header[c].strip() if c < len(header) else "") or f"column {c + 1}" for c in range(count)]


def _only(content: Content, place: int) -> Content:
    return Content((content.captions[place],), (content.headers[place],), (content.cells[place],))


TABSIM = MatchMethod(
    name="tabsim",
    label="TabSim",
    formula="4^(−d), d = ‖r₁ − r₂‖ of caption and cells read by LSTMs and attention; similar from 0.5 (d ≤ 0.5)",
    source="Habibi, Starlinger and Leser 2020, TabSim",
    needs=("tables",),
    baseline=TABLES_TFIDF.name,
    trained="on pairs of tables, by `explorer train tables PAIRS`",
    kind="tables",
    propose=propose,
    explain=explain,
    options=OPTIONS,
)
