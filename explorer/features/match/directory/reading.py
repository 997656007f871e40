"""A directory: a file of names and what they stand for, or of names that stand for the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from explorer.base.arrays import Doubles, Rows, check_choice
from explorer.base.errors import InputError
from explorer.features.match.directory.clusters import bipartite, louvain, markov, meaning_graph, pair_graph
from explorer.features.match.grams import row_sums
from explorer.features.match.strings.normalise import Distinct, Normal, distinct
from explorer.io.tables import TableFile, read_table
from explorer.io.text import counted

AS_GIVEN, MARKOV, LOUVAIN = "ids", "markov", "louvain"
GROUPINGS = (AS_GIVEN, MARKOV, LOUVAIN)
ALIASES = ("alias_name", "alias", "name", "synonym")
MEANINGS = ("canonical_id", "canonical", "id", "stands_for", "entity", "organisation", "organization")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a file is read. alias, meaning, weight: its columns, "" for the likeliest, and for no weight.

    pairs: both columns are names of the same thing. grouping: of `GROUPINGS`. inflation: of Markov clustering.
    """

    alias: str = ""
    meaning: str = ""
    weight: str = ""
    pairs: bool = False
    grouping: str = AS_GIVEN
    inflation: float = 2.0


@dataclass(frozen=True, kw_only=True)
class Directory:
    """k different names and what each stands for.

    names: (k,) as they are compared; written: (k,) as the file first has them; groups: (k,) what each stands for, a
    place in `meanings`. notes: sentences on what was passed over.
    """

    names: tuple[str, ...]
    written: tuple[str, ...]
    groups: Rows = field(repr=False)
    meanings: tuple[str, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.names)


def read_directory(path: Path, layout: Layout, normal: Normal) -> Directory:
    """The directory in a CSV, TSV, JSONL, JSON or Parquet file; the last few are kept until their files change.

    InputError for a file or column that cannot be used, naming it.
    """
    if path == Path():
        raise InputError("Directory: expected a file of names and what they stand for, got none. Give one as `file`.")
    if not path.is_file():
        raise InputError(f"{path}: expected a file of names and what they stand for, but there is no such file.")
    state = path.stat()
    return _read(path, (state.st_mtime_ns, state.st_size), layout, normal)


@lru_cache(maxsize=4)
def _read(path: Path, state: tuple[int, int], layout: Layout, normal: Normal) -> Directory:
    file = read_table(path)
    alias = _column(file, layout.alias, ALIASES, path.name)
    meaning = _column(file, layout.meaning, () if layout.pairs else MEANINGS, path.name, without=alias)
    aliases, meanings = (file.strings(one).to_pylist() for one in (alias, meaning))
    weights = _weights(file, layout.weight, path.name) if layout.weight else np.ones(len(aliases))
    return directory_of(Entries(aliases, meanings, weights, path.name), layout, normal)


@dataclass(frozen=True)
class Entries:
    """The (e,) rows of a directory: names, what they stand for, how often that was seen; where they come from."""

    aliases: Sequence[str]
    meanings: Sequence[str]
    weights: Doubles
    where: str = "directory"

    def take(self, places: Sequence[int]) -> "Entries":
        """Some of the rows."""
        aliases, meanings = ([one[place] for place in places] for one in (self.aliases, self.meanings))
        return Entries(aliases, meanings, self.weights[list(places)], self.where)


def directory_of(entries: Entries, layout: Layout, normal: Normal) -> Directory:
    """A directory from its rows; with `layout.pairs` the meanings are names too.

    Of ids that are taken as they are given, a name has that of its first row, as in LinkOrgs. InputError where no row
    has both, and for pairs without a grouping.
    """
    check_choice(layout.grouping, GROUPINGS, "Groups of the directory")
    both = [
        place
        for place, (a, b) in enumerate(zip(entries.aliases, entries.meanings, strict=True))
        if a.strip() and b.strip()
    ]
    lacking = len(entries.aliases) - len(both)
    made = (_of_pairs if layout.pairs else _of_ids)(entries.take(both), layout, normal)
    if not len(made):
        raise InputError(f"{entries.where}: expected rows with a name and what it stands for, got none.")
    told = (
        (f"{entries.where}: {counted(lacking, 'row')} without both a name and what it stands for.",) if lacking else ()
    )
    return replace(made, notes=(*told, *made.notes))


def _of_ids(entries: Entries, layout: Layout, normal: Normal) -> Directory:
    """Names with ids: as given, or communities of the names by the ids that they share."""
    names, known = distinct(entries.aliases, normal), list(dict.fromkeys(entries.meanings))
    number = {one: place for place, one in enumerate(known)}
    ids = np.array([number[one] for one in entries.meanings], np.int64)
    kept = names.place >= 0
    place, ids, weights = names.place[kept], ids[kept], entries.weights[kept]
    first = np.full(len(names.names), -1, np.int64)
    first[place[::-1]] = ids[::-1]
    groups, told = first, _other_ids(place, ids, first)
    if layout.grouping != AS_GIVEN and len(place):
        graph = meaning_graph(place, ids, weights, len(first)) if layout.grouping == MARKOV else None
        groups = bipartite(place, ids, weights, len(first)) if graph is None else markov(graph, layout.inflation)
        known, told = _commonest(groups[place], ids, weights, known), ()
    written = _as_written(entries.aliases, names)
    return Directory(names=names.names, written=written, groups=groups, meanings=tuple(known), notes=told)


def _of_pairs(entries: Entries, layout: Layout, normal: Normal) -> Directory:
    """Names that were said to be the same: communities of their graph, each called by its best linked name."""
    if layout.grouping == AS_GIVEN:
        raise InputError(
            f"{entries.where}: pairs of names have no ids. Group them by {MARKOV} or {LOUVAIN}, so that one wrong pair "
            "does not make one of two."
        )
    both = [*entries.aliases, *entries.meanings]
    names = distinct(both, normal)
    first, second = np.split(names.place, 2)
    kept = (first >= 0) & (second >= 0) & (first != second)
    graph = pair_graph(first[kept], second[kept], entries.weights[kept], len(names.names))
    groups = markov(graph, layout.inflation) if layout.grouping == MARKOV else louvain(graph)
    written = _as_written(both, names)
    everyone = np.arange(len(groups))
    called = _commonest(groups, everyone, row_sums(graph) + 1e-9, written)
    return Directory(names=names.names, written=written, groups=groups, meanings=tuple(called))


def _commonest(groups: Rows, ids: Rows, weights: Doubles, called: Sequence[str]) -> list[str]:
    """For each group what its members are called most, by weight; of equal ones the first."""
    from scipy.sparse import csr_array

    table = csr_array((weights, (groups, ids)), shape=(int(groups.max()) + 1, len(called)))
    return [called[place] for place in np.asarray(table.argmax(axis=1)).ravel().tolist()]


def _other_ids(place: Rows, ids: Rows, first: Rows) -> tuple[str, ...]:
    others = int((ids != first[place]).sum())
    if not others:
        return ()
    return (
        f"{counted(others, 'row')} with another id for a name than the first row has that names it; the first counts.",
    )


def _as_written(aliases: Sequence[str], names: Distinct) -> tuple[str, ...]:
    written = [""] * len(names.names)
    for place, alias in zip(names.place[::-1].tolist(), reversed(aliases), strict=True):
        if place >= 0:
            written[place] = alias
    return tuple(written)


def _column(file: TableFile, named: str, likely: Sequence[str], where: str, *, without: str = "") -> str:
    """The named column, the first that is called likely, or the first of all."""
    names = [name for name in file.table.column_names if name != without]
    if named:
        return str(check_choice(named, file.table.column_names, f"{where}, column of the directory"))
    if not names:
        raise InputError(f"{where}: expected two columns, a name and what it stands for; got {without!r:.60} alone.")
    folded = {name.casefold(): name for name in reversed(names)}
    return str(next((folded[one] for one in likely if one in folded), names[0]))


def _weights(file: TableFile, named: str, where: str) -> Doubles:
    check_choice(named, file.table.column_names, f"{where}, column of weights")
    weights = np.empty(file.table.num_rows)
    for row, one in enumerate(file.strings(named).to_pylist()):
        try:
            weights[row] = float(one)
        except ValueError:
            weights[row] = np.nan
        if not weights[row] > 0 or weights[row] == np.inf:
            raise InputError(f"{where}, column {named}, row {row + 1}: expected a number above 0, got {one!r:.60}.")
    return weights
