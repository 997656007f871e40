"""What the page and the command ask: links of a collection, groups they make, agreement with a column, drift."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.memory import remembered
from explorer.base.progress import Progress, Silent
from explorer.base.sampling import at_most
from explorer.features.diagnose.alike.chains import Chain, chain_of
from explorer.features.diagnose.alike.drift import Drift, drift
from explorer.features.diagnose.alike.groups import components, louvain, members
from explorer.features.diagnose.alike.links import Links, links
from explorer.features.diagnose.alike.periods import Periods, periods_of
from explorer.features.diagnose.alike.proposal import propose
from explorer.features.diagnose.alike.truth import Agreement, agreement_of_groups, agreement_of_pairs
from explorer.search.cleaning import content_stamp
from explorer.search.copy_threshold import Proposal
from explorer.search.label_columns import column_codes
from explorer.workspace.answers import answer_path, keep_answer, models_stamp, read_answer
from explorer.workspace.derived import keep_arrays, kept_arrays, told_of
from explorer.workspace.opened import Opened

KIND, FLOOR, MOST, MOST_ITEMS, SEED = "links", 0.3, 1_000_000, 100_000, 0
STEPS, CURVE_LINKS = 16, 20_000
LOOKED_AT = 100
ARRAYS = ("rows", "first", "second", "cosines", "nearest")


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """What one way of grouping makes of the links.

    pairs: that count as the same thing. groups: of two and more items, the largest first, none for raw pairs. items: in
    groups, or with a link. largest: share of the pairs that the largest group makes. agreement: with the truth.
    missing: why there is nothing, "" where there is.
    """

    pairs: int
    groups: tuple[Rows, ...]
    items: int
    largest: float
    agreement: Agreement | None
    missing: str = ""


def known_links(opened: Opened, spec: str) -> Links | None:
    """As `links_of`, when they were worked out before; else None."""
    folder = opened.workspace.folder(KIND, spec)
    kept = kept_arrays(folder, content_stamp(opened, spec))
    if kept is None or set(kept) != set(ARRAYS):
        return None
    return Links(**{name: np.array(kept[name]) for name in ARRAYS}, floor=float(told_of(folder)["floor"]))


def links_of(opened: Opened, spec: str, progress: Progress | None = None) -> Links:
    """Pairs of items with a cosine of 0.3 and more, kept in the workspace; the million nearest where there are more.

    Among at most 100,000 items, drawn at random where there are more. InputError when fewer than two have a vector.
    """

    def make() -> Links:
        found = known_links(opened, spec)
        return _worked_out(opened, spec, progress or Silent()) if found is None else found

    shared: Links = opened.memory.of("links", (spec,), 2, make)
    return shared


@remembered(8)
def proposed_cosine(opened: Opened, spec: str) -> Proposal:
    """From which cosine two items count as the same, proposed from how near items of this collection lie.

    A cosine that was right for another model, such as 0.94 for one that was trained on reprints, says nothing here.
    """
    return propose(links_of(opened, spec))


@remembered(32)
def grouped(opened: Opened, spec: str, cosine: float, truth: str = "", across: str = "") -> dict[str, Grouping]:
    """Raw pairs, components and Louvain at one cosine, by name.

    truth: column whose values tell what is the same, "" for none. across: column; pairs within one value of it are left
    out, "" for none.
    """
    chosen = linked(opened, spec, cosine, across)
    codes = _truth(opened, chosen, truth)
    agreement = agreement_of_pairs(chosen.first, chosen.second, codes) if codes is not None else None
    single = np.unique(np.concatenate([chosen.first, chosen.second]))
    made = {"pairs": Grouping(pairs=len(chosen.first), groups=(), items=len(single), largest=0, agreement=agreement)}
    count = len(opened.dataset)
    made["components"] = _grouping(components(chosen.first, chosen.second, count), codes)
    try:
        made["louvain"] = _grouping(louvain(chosen.first, chosen.second, count, SEED), codes)
    except InputError as error:
        made["louvain"] = Grouping(pairs=0, groups=(), items=0, largest=0, agreement=None, missing=str(error))
    return made


@remembered(32)
def linked(opened: Opened, spec: str, cosine: float, across: str = "") -> Links:
    """The links from a cosine on, without those within one value of a column."""
    chosen = links_of(opened, spec).from_cosine(cosine)
    if not across:
        return chosen
    codes = column_codes(opened, across).codes
    within = (codes[chosen.first] >= 0) & (codes[chosen.first] == codes[chosen.second])
    return chosen.only(~within)


@remembered(16)
def curve(opened: Opened, spec: str, truth: str, across: str = "") -> dict[str, list[tuple[float, Agreement]]]:
    """(cosine, agreement) of each grouping at some 16 cosines from the least that all pairs are known of up to 0.98.

    Louvain up to 20,000 links.
    """
    found: dict[str, list[tuple[float, Agreement]]] = {"pairs": [], "components": [], "louvain": []}
    for cosine in np.linspace(max(links_of(opened, spec).floor, FLOOR), 0.98, STEPS).tolist():
        chosen = linked(opened, spec, cosine, across)
        codes = _truth(opened, chosen, truth)
        if codes is None:
            return found
        first, second, count = chosen.first, chosen.second, len(opened.dataset)
        found["pairs"].append((cosine, agreement_of_pairs(first, second, codes, by_items=False)))
        parts = components(first, second, count)
        found["components"].append((cosine, agreement_of_groups(parts, codes, by_items=False)))
        if len(first) <= CURVE_LINKS:
            parts = louvain(first, second, count, SEED)
            found["louvain"].append((cosine, agreement_of_groups(parts, codes, by_items=False)))
    return found


@remembered(32)
def worst_chain(opened: Opened, spec: str, cosine: float, grouping: str, across: str = "") -> Chain | None:
    """Of the 100 largest groups of three and more, the one whose ends are least alike; None where there is none."""
    chosen = linked(opened, spec, cosine, across)
    groups = [one for one in grouped(opened, spec, cosine, "", across)[grouping].groups if len(one) > 2]
    vectors = opened.embeddings(spec).vectors
    chains = [chain_of(vectors, chosen, one) for one in groups[:LOOKED_AT]]
    return min(chains, key=lambda chain: chain.ends, default=None)


@remembered(32)
def period_columns(opened: Opened) -> dict[str, Periods]:
    """Columns that can be periods, dates first."""
    found = {name: periods_of(opened.dataset.table.column(name)) for name in opened.dataset.attributes}
    named = {name: one for name, one in found.items() if one is not None}
    dated = [name for name in named if any(word in name.casefold() for word in ("date", "year"))]
    return {name: named[name] for name in dict.fromkeys([*dated, *named])}


def known_drift(opened: Opened, spec: str, column: str) -> Drift | None:
    """As `drift_of`, when it was worked out before; else None."""
    told = read_answer(_drift_path(opened, spec, column))
    if told is None:
        return None
    with suppress(KeyError, TypeError, ValueError):
        means, errors = (np.array(told[name], dtype=np.float64) for name in ("similarities", "errors"))
        return Drift(tuple(told["names"]), means, errors, int(told["sampled"]), tuple(told["left_out"]))
    return None


def drift_of(opened: Opened, spec: str, column: str, progress: Progress | None = None) -> Drift:
    """How like each other the periods of a column are, kept until items or vectors change.

    InputError when the column has no periods.
    """
    known = known_drift(opened, spec, column)
    if known is not None:
        return known
    found = _drift(opened, spec, column, progress or Silent())
    with suppress(WorkspaceError):  # on a full disk the answer is shown and not kept
        tables = {name: getattr(found, name).round(5).tolist() for name in ("similarities", "errors")}
        keep_answer(_drift_path(opened, spec, column), {**vars(found), **tables})
    return found


def undated(opened: Opened, column: str) -> int:
    """How many items have no value in a column of periods, and so are in none."""
    return int((period_columns(opened)[column].codes < 0).sum())


def _drift(opened: Opened, spec: str, column: str, progress: Progress) -> Drift:
    periods = period_columns(opened).get(column)
    if periods is None:
        names = ", ".join(period_columns(opened)) or "none"
        raise InputError(f"Expected a column of dates, years or ordered numbers; got {column!r}. There is: {names}.")
    vectors = opened.embeddings(spec)
    codes = np.where(vectors.present, periods.codes, -1)
    progress.start("Comparing the periods", len(periods.names))
    found = drift(vectors.vectors, codes, periods.names, np.random.default_rng(SEED), progress.advance)
    progress.finish()
    return found


def _drift_path(opened: Opened, spec: str, column: str) -> Path:
    return answer_path(opened, "diagnose/drift", (spec, column), models_stamp(opened.workspace, spec))


def _truth(opened: Opened, chosen: Links, truth: str) -> Rows | None:
    """(n,) codes of the truth among the items that were compared; None without a column or a single value."""
    if not truth:
        return None
    codes = np.full(len(opened.dataset), -1, dtype=np.int64)
    codes[chosen.rows] = column_codes(opened, truth).codes[chosen.rows]
    if not (codes >= 0).any():
        raise InputError(f"Column {truth}: expected values that tell which items are the same, found none.")
    return codes


def _grouping(groups: Rows, codes: Rows | None) -> Grouping:
    found = tuple(members(groups))
    pairs = np.array([len(one) * (len(one) - 1) // 2 for one in found], dtype=np.int64)
    return Grouping(
        pairs=int(pairs.sum()),
        groups=found,
        items=sum(map(len, found)),
        largest=float(pairs.max(initial=0) / max(1, pairs.sum())),
        agreement=None if codes is None else agreement_of_groups(groups, codes),
    )


def _worked_out(opened: Opened, spec: str, progress: Progress) -> Links:
    vectors = opened.embeddings(spec)
    rows = at_most(vectors.rows, MOST_ITEMS, np.random.default_rng(SEED))
    if len(rows) < 2:
        raise InputError(f"Expected at least 2 items with a vector under {spec}, got {len(rows)}.")
    progress.start("Comparing every item with every other", len(rows))
    found = links(vectors.vectors, rows, floor=FLOOR, most=MOST, advance=progress.advance)
    progress.finish()
    with suppress(WorkspaceError):  # on a full disk the answer is shown and not kept
        arrays = {name: getattr(found, name) for name in ARRAYS}
        folder, stamp = opened.workspace.folder(KIND, spec), content_stamp(opened, spec)
        keep_arrays(folder, stamp, arrays, encoder=spec, floor=found.floor)
    return found
