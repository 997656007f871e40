"""Tables by the words of their caption, their header and their cells: the baseline that TabSim must beat."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.features.match.best import each_once
from explorer.features.match.grams import Sparse, row_dots
from explorer.features.match.method import Candidates, Compared, MatchMethod, Option, Reasons, Task, candidates
from explorer.features.match.side import CAPTION, CELLS, HEADER
from explorer.features.match.tables.content import PARTS, Content, content_of, without_header
from explorer.features.match.tables.showing import shown_parts

_BLOCK = 256
KEEP = Option(
    name="keep",
    label="Candidates a table",
    default=20,
    least=1,
    most=1000,
    help="So many tables of the right side are kept for each of the left.",
)
OPTIONS = (
    Option(name=CAPTION, label="Caption", default=True, help="Off, captions do not count."),
    Option(name=HEADER, label="Header", default=True, help="Off, names of columns do not count."),
    Option(name=CELLS, label="Cells", default=False, help="On, the cells below the header count as well."),
    KEEP,
)


@dataclass(frozen=True)
class Words:
    """TF-IDF of one part: sparse unit rows of both sides, which tables have any, and the words of the columns."""

    left: Sparse
    right: Sparse
    left_has: Mask
    right_has: Mask
    names: tuple[str, ...]

    def shared(self, left: int, right: int) -> dict[str, float]:
        """What each word that both tables of a pair have adds to their cosine, as a share of the largest."""
        product = self.left[left].multiply(self.right[right]).tocoo()
        most = product.data.max(initial=0)
        return {self.names[place]: float(value / most) for place, value in zip(product.col, product.data, strict=True)}

    def cosines(self, start: int, end: int) -> Floats:
        """(end − start, r) cosines, NaN where one of the two has no words."""
        found = np.asarray((self.left[start:end] @ self.right.T).toarray(), np.float32)
        found[~self.left_has[start:end]] = np.nan
        found[:, ~self.right_has] = np.nan
        return found

    def of_pairs(self, left: Rows, right: Rows) -> Floats:
        """(p,) cosines of pairs, NaN where one of the two has no words."""
        found = np.asarray(row_dots(self.left, self.right, left, right), np.float32)
        found[~(self.left_has[left] & self.right_has[right])] = np.nan
        return found


def words_of_part(left: Content, right: Content, part: str) -> Words:
    """TF-IDF (single words, smoothed idf) of a part of the tables, weighed over both sides."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [*left.texts(part), *right.texts(part)]
    made = TfidfVectorizer(dtype=np.float32)
    analyse = made.build_analyzer()
    filled = any(analyse(text) for text in texts)
    rows = made.fit_transform(texts) if filled else csr_matrix((len(texts), 1))
    has, count = np.asarray(rows.getnnz(axis=1) > 0), len(left)
    names = tuple(str(name) for name in made.get_feature_names_out()) if filled else ("",)
    return Words(rows[:count], rows[count:], has[:count], has[count:], names)


Read = tuple[Content, Content, Mapping[str, Words]]


def read_words(task: Task) -> Read:
    """Both sides and the words of their parts, read once."""

    def read() -> Read:
        left, right = content_of(task.left), content_of(task.right)
        return left, right, {part: words_of_part(left, right, part) for part in PARTS}

    found: Read = task.memory.of("words of tables", (), 1, read)
    return found


def mean_of_told(parts: Sequence[Floats]) -> Floats:
    """Mean of arrays of one shape over those that are numbers at each place; NaN where none is."""
    stacked = np.stack(parts)
    told = np.isfinite(stacked)
    total = np.where(told, stacked, 0).sum(0)
    count = told.sum(0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def scores_of(cosines: Mapping[str, Floats], chosen: Sequence[str]) -> Floats:
    """Mean of the chosen parts that both tables have; of the cells where they have none of these."""
    found = mean_of_told([cosines[part] for part in chosen])
    return np.where(np.isfinite(found), found, cosines[CELLS])


def chosen_parts(task: Task) -> list[str]:
    """The parts that are switched on; InputError where none is."""
    chosen = [part for part in PARTS if task.options.get(part, part != CELLS)]
    if not chosen:
        raise InputError("Expected at least one of caption, header and cells to be on, got none.")
    return chosen


def best_of_rows(scores: Floats, keep: int, forbidden: Mask | None = None) -> Iterator[tuple[int, Rows]]:
    """(row, columns of its `keep` best numbers above minus infinity) of (b, r) scores; NaN and forbidden never."""
    usable = np.where(np.isfinite(scores), scores, -np.inf)
    if forbidden is not None:
        usable = np.where(forbidden, -np.inf, usable)
    order = np.argsort(-usable, axis=1, kind="stable")[:, :keep]
    for row, columns in enumerate(order):
        yield row, columns[usable[row, columns] > -np.inf]


def itself(task: Task, start: int, end: int) -> Mask | None:
    """(end − start, r) True where a table of one list would meet itself; None for two lists."""
    if not task.same:
        return None
    mask: Mask = np.arange(len(task.right))[None, :] == np.arange(start, end)[:, None]
    return mask


def rows_of_pairs(pairs: Sequence[tuple[int, int]], same: bool) -> tuple[Rows, Rows]:
    """Left and right rows of the pairs; of one list (same) each pair once, the lower row left."""
    rows, columns = np.array(pairs, np.int64).reshape(-1, 2).T
    return each_once(rows, columns) if same else (rows, columns)


def propose(task: Task, progress: Progress) -> Candidates:
    """The `keep` tables with the highest mean cosine for each table of the left side; parts: each part's cosine."""
    chosen, keep = chosen_parts(task), int(task.options.get(KEEP.name, KEEP.default))
    left, right, words = read_words(task)
    pairs: list[tuple[int, int]] = []
    progress.start("comparing tables", len(left))
    for start in range(0, len(left), _BLOCK):
        end = min(start + _BLOCK, len(left))
        scores = scores_of({part: one.cosines(start, end) for part, one in words.items()}, chosen)
        for row, columns in best_of_rows(scores, keep, itself(task, start, end)):
            pairs += [(start + row, int(column)) for column in columns if scores[row, column] > 0]
        progress.advance(end)
    progress.finish()
    rows, columns = rows_of_pairs(pairs, task.same)
    parts = {part: one.of_pairs(rows, columns) for part, one in words.items()}
    scores = scores_of(parts, chosen) if len(rows) else np.empty(0, np.float32)
    notes = [*without_header(left, task.left.name), *([] if task.same else without_header(right, task.right.name))]
    return candidates(
        rows,
        columns,
        scores,
        routes=[f"words of {' and '.join(chosen)}"],
        parts=parts,
        about=about_notes(notes),
    )


def about_notes(notes: Sequence[str]) -> dict[str, object]:
    """What a matcher tells of sentences: {} for none."""
    return {"notes": " ".join(notes)} if notes else {}


def explain(task: Task, left: int, right: int) -> Reasons:
    """Caption, header and cells side by side with the words that agree, each as strong as it weighs in the cosine."""
    first, second, words = read_words(task)
    scores = {part: float(one.of_pairs(np.array([left]), np.array([right]))[0]) for part, one in words.items()}
    weights = {part: one.shared(left, right) for part, one in words.items()}
    fields: tuple[Compared, ...] = shown_parts(first, second, left, right, scores=scores, weights=weights)
    notes = [f"{task.left.name} or {task.right.name}: {part} is empty." for part in PARTS if np.isnan(scores[part])]
    return Reasons(fields=fields, notes=tuple(notes))


TABLES_TFIDF = MatchMethod(
    name="tables_tfidf",
    label="Words of caption and header",
    formula="mean over caption and header of cos(tf-idf, tf-idf)",
    needs=("tables",),
    kind="tables",
    propose=propose,
    explain=explain,
    options=OPTIONS,
)
