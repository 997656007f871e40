"""The list of links that is decided on by keyboard, the chosen pair beside it, and the export."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

import pyarrow as pa
import streamlit as st

from explorer.app.frame.gallery import thumb_url
from explorer.app.match.links_decided import SHOWN, lines, rows_of
from explorer.app.match.links_kept import keep_button
from explorer.app.match.review import Listed, Row, pair_values, review
from explorer.app.match.routes import counts_of, last_words
from explorer.app.match.view import ADDRESS, BINS, ORDERS, Context
from explorer.base.dataset import HASH, ID, PATH, TEXT
from explorer.base.errors import ExplorerError, WorkspaceError
from explorer.base.permission import may
from explorer.features.match.assigning import Rule
from explorer.features.match.method import Reasons
from explorer.features.match.service import Matched
from explorer.features.match.side import Side
from explorer.features.match.standing import Standing, standing
from explorer.features.match.table import alone_table, link_table
from explorer.features.match.truth import id_columns
from explorer.io.export import csv_bytes
from explorer.workspace.finding import workspace_folder
from explorer.workspace.match_store import Pair, match_store
from explorer.workspace.opened import open_shared

AT = "match.links.at"
"""In the session: key of the pair that is looked at."""
SMALL, LARGE = 128, 256
"""Pixels of a picture in a line, and beside it."""
FACTS, FACT = 8, 160
"""Values of a thing beside the compared text, and characters of each."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the list works on. name: decisions are kept under it. decisions: as they stood when links were made."""

    name: str
    matched: Matched
    rule: Rule
    found: Standing
    decisions: Mapping[Pair, str]


def links_list(context: Context, shown: Shown) -> None:
    """Draw all of it; a key or a search runs this part alone."""
    st.fragment(_list)(context, shown)
    with st.container(horizontal=True):
        _export(context, shown)
        keep_button(context, shown.name, shown.matched)


def _list(context: Context, shown: Shown) -> None:
    view, _ = ADDRESS.current()
    what, order, search = _controls(shown, view.links_bin, view.links_order)
    pairs, count = lines(shown.found, what, order, search)
    store = match_store(context.opened.workspace)
    stamp, said = store.version(), store.decisions(shown.name)
    rows = _with_pictures(rows_of(shown.found.matched, pairs, said), pairs, shown.matched)
    at = st.session_state.get(AT, "")
    at = at if any(row.key == at for row in rows) else (rows[0].key if rows else "")
    left, right = shown.matched.task.left, shown.matched.task.right
    listed = Listed(
        version=f"{shown.name}|{what}|{order}|{search}|{[row.key for row in rows]}|{[row.score for row in rows]}",
        rows=rows,
        head=(_short(left.name), _short(right.name), "score", "route"),
        at=at,
        url=f"/matches/{quote(context.opened.name)}",
        ask={"match": shown.name, **({"one": "yes"} if shown.matched.task.same else {})},
        may=may("label"),
        counts=counts_of(said),
        last=last_words(said),
        stamp=stamp,
        label=_bin_words(what, shown),
        empty=_empty(what, search),
    )
    review(
        listed, _pair(shown, at, view.links_truth), "match.links.review", lambda key: st.session_state.update({AT: key})
    )
    if said != shown.decisions:
        _anew()
    if count > SHOWN:
        st.caption(f"The first {SHOWN} of {count:,}; search narrows them, the file holds all.")


def _anew() -> None:
    """The button that links once more, by what was decided meanwhile."""
    words = "Rejected pairs make room for the next best, and the numbers follow."
    if st.button("Link anew", key="match.links.anew", icon=":material/refresh:", help=words):
        st.rerun()


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"


def _empty(what: str, search: str) -> str:
    if search.strip():
        return "No text here holds these letters."
    return {
        "links": "No pair is linked. Lower the least score, or try another matcher.",
        "rejected": "Nothing was rejected yet: r says that a pair is not the same.",
    }.get(what, "Everything here has a link.")


def _controls(shown: Shown, now: str, order: str) -> tuple[str, str, str]:
    links = shown.found.links
    counts = {
        "links": len(links),
        "left": len(links.left_alone),
        "right": len(links.right_alone),
        "rejected": len(shown.found.rejected),
    }
    offered = [name for name in BINS if not (shown.matched.task.same and name == "right")]
    st.session_state["match.links.bin"] = now if now in offered else "links"
    st.session_state["match.links.order"] = order
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "List",
            offered,
            key="match.links.bin",
            required=True,
            format_func=lambda name: f"{_bin_words(name, shown)} {counts[name]:,}",
            on_change=lambda: ADDRESS.change(links_bin=st.session_state["match.links.bin"]),
        )
        st.selectbox(
            "Order",
            list(ORDERS),
            key="match.links.order",
            width=180,
            format_func=lambda name: ORDERS[name],
            on_change=lambda: ADDRESS.change(links_order=st.session_state["match.links.order"]),
        )
        search = st.text_input("Search", key="match.links.search", width=200, placeholder="Letters of a text")
    return str(st.session_state["match.links.bin"]), order, search or ""


def _bin_words(name: str, shown: Shown) -> str:
    return "Without a link" if name == "left" and shown.matched.task.same else BINS[name]


def _pair(shown: Shown, key: str, truth: str) -> dict[str, object] | None:
    """The chosen pair as the component draws it, without what tells what is right; None where nothing is beside it."""
    a, _, b = key.partition(":")
    if not b or "-" in key:
        return None
    left, right, rows = shown.matched.task.left, shown.matched.task.right, (int(a), int(b))
    try:
        reasons = shown.matched.method.explain(shown.matched.task, *rows)
    except ExplorerError as error:
        reasons = Reasons(notes=(f"The reasons cannot be told: {error}",))
    texts = (left.texts[rows[0]], right.texts[rows[1]])
    hidden = hidden_columns(shown.matched, truth)
    return pair_values(reasons, _look(left, rows[0], hidden[0]), _look(right, rows[1], hidden[1]), texts)


def hidden_columns(matched: Matched, truth: str) -> tuple[frozenset[str], frozenset[str]]:
    """Columns of the left and of the right side that are not shown to those who decide, as they tell what is right.

    The column of truth, and columns that hold ids of the other side.
    """

    def found() -> tuple[frozenset[str], frozenset[str]]:
        left, right = matched.task.left, matched.task.right
        return id_columns(left, right), id_columns(right, left)

    mine, theirs = matched.task.memory.of("hidden columns", (), 1, found)
    chosen = {truth} - {""}
    return mine | chosen, theirs | (chosen if matched.task.same else set())


def _look(side: Side, row: int, hidden: Collection[str]) -> dict[str, object]:
    """Title of a thing, the address of its picture, "" for none, and what else is known of it."""
    return {
        "title": f"{side.name} · {side.ids[row]}",
        "image": images(side, [row], LARGE)[0],
        "facts": facts(side, row, hidden),
    }


def facts(side: Side, row: int, hidden: Collection[str] = ()) -> list[tuple[str, str]]:
    """What else is known of a thing: names and values of its first filled columns but the compared and hidden ones."""
    apart = (ID, PATH, HASH, TEXT) if side.workspace else ()
    found = []
    for name in side.table.column_names:
        if name in (*apart, *hidden, side.text) or pa.types.is_nested(side.table.schema.field(name).type):
            continue
        value = side.table.column(name)[row].as_py()
        shown = "" if value is None else " ".join(str(value).split())
        if shown and shown not in (side.ids[row], "nan"):
            found.append((name, shown[:FACT]))
    return found[:FACTS]


def _with_pictures(rows: Sequence[Row], pairs: Sequence[tuple[int, int]], matched: Matched) -> list[Row]:
    """The lines with small pictures of their things."""
    left = images(matched.task.left, [a for a, _ in pairs], SMALL)
    right = images(matched.task.right, [b for _, b in pairs], SMALL)
    return [replace(row, li=one, ri=other) for row, one, other in zip(rows, left, right, strict=True)]


def images(side: Side, rows: Sequence[int], size: int) -> list[str]:
    """Addresses of the pictures of some things, "" for one without, for -1, and for one that is gone."""
    nothing = [""] * len(rows)
    if not side.workspace or not side.pictures or not rows:
        return nothing
    try:
        opened = open_shared(workspace_folder(side.workspace))
    except WorkspaceError:
        return nothing
    url = thumb_url(opened, size)
    shown = [row if row >= 0 and side.pictures[row] else -1 for row in rows]
    places = opened.dataset.places_of([side.ids[max(row, 0)] for row in shown])
    return [
        url.replace("{row}", str(int(place))) if row >= 0 and place >= 0 else ""
        for row, place in zip(shown, places, strict=True)
    ]


def links_file(context: Context, shown: Shown) -> bytes:
    """The links as CSV, by what is decided now."""
    said = match_store(context.opened.workspace).decisions(shown.name)
    found = standing(shown.matched, shown.rule, said)
    return csv_bytes(link_table(found.matched, found.links, said))


def _export(context: Context, shown: Shown) -> None:
    links, task = shown.found.links, shown.matched.task
    st.download_button(
        "Links (CSV)",
        lambda: links_file(context, shown),
        "links.csv",
        "text/csv",
        key="match.links.export",
        icon=":material/download:",
        on_click="ignore",
        help="Ids and texts of both sides, score, route, decision, and the parts of the score, a line each link.",
    )
    for which, side, rows in (("left", task.left, links.left_alone), ("right", task.right, links.right_alone)):
        if len(rows) and not (which == "right" and task.same):
            st.download_button(
                f"Without a link, {which} (CSV)",
                lambda side=side, rows=rows: csv_bytes(alone_table(side, rows)),  # type: ignore[misc]
                f"without_link_{which}.csv",
                "text/csv",
                key=f"match.links.export.{which}",
                type="tertiary",
                on_click="ignore",
            )
