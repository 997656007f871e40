"""Find this detail: a part of a picture, or words, looked for among the patches or tokens of all items."""

from functools import partial

import numpy as np
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.lab.part_picker import Box, part_picker
from explorer.app.lab.view import ADDRESS, MOST_WORDS, Context
from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import TEXT
from explorer.base.errors import ExplorerError, InputError
from explorer.features.lab.several.find import (
    Hit,
    Hits,
    find_like,
    part_of,
    read_part,
    words_found,
    words_query,
)
from explorer.features.lab.several.store import KeptSets
from explorer.search.find import starters

SHOWN = 24
VALUE_HELP = "Mean over the vectors that were asked with: cosine with the patch or token that is most like each."


def find_detail(context: Context, kept: KeptSets) -> None:
    """The controls on the left, the answer beside them."""
    left, right = st.columns([2, 5])
    with left:
        query, without = _question(context, kept)
    with right:
        if query is None:
            st.caption("Type words to look for.")
            return
        hits = find_like(kept, query, SHOWN, without)
        _draw(context, kept, hits)


def _question(context: Context, kept: KeptSets) -> tuple[Floats | None, int]:
    """(q, d) what is looked for, None for nothing yet; the row that is left out of the answer, -1 for none."""
    view = context.view
    ways = ["part", "words"] if kept.of == "patches" and kept.words else ["words" if kept.of == "tokens" else "part"]
    way = ways[0] if len(ways) == 1 else _way(ways, "words" if view.words else "part")
    try:
        return _by_words(context, kept) if way == "words" else _by_part(context, kept)
    except ExplorerError as error:
        st.warning(plain(str(error)))
        return None, -1


def _way(ways: list[str], now: str) -> str:
    st.session_state.setdefault("lab.detail.way", now)
    chosen = st.segmented_control(
        "Look for",
        ways,
        key="lab.detail.way",
        required=True,
        format_func={"part": "A part of a picture", "words": "Words"}.__getitem__,
        on_change=lambda: ADDRESS.change(words=""),
    )
    return chosen or now


def _by_words(context: Context, kept: KeptSets) -> tuple[Floats | None, int]:
    st.session_state["lab.detail.words"] = context.view.words
    st.text_input(
        "Words",
        key="lab.detail.words",
        placeholder="wheel, number plate" if kept.of == "patches" else "a few words of a sentence",
        help=(
            "Each phrase between commas looks for the patch that is most like it."
            if kept.of == "patches"
            else "Each word looks for the word that is most like it."
        ),
        on_change=lambda: ADDRESS.change(words=st.session_state["lab.detail.words"].strip()),
    )
    if not context.view.words.strip():
        return None, -1
    return words_query(context.opened, context.encoder, kept, context.view.words), -1


def _by_part(context: Context, kept: KeptSets) -> tuple[Floats | None, int]:
    row = _row(context, kept)
    box = _box(context.view.part, kept.grid)
    part_picker(context.opened, row, kept.grid, box, "lab.detail.part", _marked)
    buttons = st.columns(2)
    buttons[0].button(
        "Another picture",
        key="lab.detail.another",
        icon=":material/shuffle:",
        on_click=_another,
        args=(context, kept),
        width="stretch",
    )
    buttons[1].button(
        "All of it",
        key="lab.detail.whole",
        icon=":material/crop_free:",
        on_click=lambda: _marked((0, 0, kept.grid, kept.grid)),
        help="Look for the whole picture: every patch of it.",
        width="stretch",
    )
    seen = "The centred square is what the model sees. " if kept.cropped else ""
    st.caption(f"{plain(str(context.opened.dataset.ids[row]))}. {seen}Drag over the patches to look for.")
    return part_of(kept, row, box), row


def _row(context: Context, kept: KeptSets) -> int:
    """The item of the address, else the first of some random ones with vectors."""
    if context.view.item:
        return int(context.opened.dataset.rows_of([context.view.item])[0])
    return int(next(iter(_with_vectors(context, kept)), kept.rows[0]))


def _with_vectors(context: Context, kept: KeptSets) -> Rows:
    rows: Rows = starters(context.opened, context.encoder)
    return np.asarray(rows[kept.sets.counts[rows] > 0])


def _another(context: Context, kept: KeptSets) -> None:
    rows = _with_vectors(context, kept)
    number = int(st.session_state.get("lab.detail.number", 0)) + 1
    st.session_state["lab.detail.number"] = number
    ADDRESS.change(item=str(context.opened.dataset.ids[rows[number % len(rows)]]), part="")


def _box(part: str, grid: int) -> Box:
    """The marked part; the middle of the picture for none, or one that is not on this grid."""
    start, end = max(0, grid // 2 - 1), grid // 2 + 1
    try:
        box = read_part(part, grid)
    except InputError:
        return start, start, end, end
    inside = 0 <= box[0] < box[2] <= grid and 0 <= box[1] < box[3] <= grid
    return box if inside else (start, start, end, end)


def _marked(box: Box) -> None:
    view = ADDRESS.current()[0]
    ADDRESS.change(item=view.item, part=",".join(map(str, box)))


def _draw(context: Context, kept: KeptSets, found: Hits) -> None:
    rows = np.array([hit.row for hit in found.hits], dtype=np.int64)
    similarities = np.array([hit.similarity for hit in found.hits], dtype=np.float32)
    cards = Cards(
        rows,
        similarities,
        boxes=[_boxes(kept, hit) for hit in found.hits] if kept.cropped else (),
        notes=words_found(context.opened, context.encoder, found) if kept.of == "tokens" else (),
    )
    gallery(
        context.opened,
        cards,
        "lab.detail.hits",
        partial(_clicked, context, kept),
        label="Items with this detail",
        tall=520,
        card=120,
        actions=(),
        click_label="Click: mark a part of this picture" if kept.grid else "Click: look for this text",
        value_help=VALUE_HELP,
    )
    how = (
        "All items were compared"
        if found.all
        else f"The {found.compared:,} best by MUVERA and by means were compared exactly"
    )
    outlined = " Outlined: the patches that are most like what was asked." if any(cards.boxes) else ""
    st.caption(f"{how}, by Chamfer similarity.{outlined}")


def _boxes(kept: KeptSets, hit: Hit) -> list[tuple[float, float, float, float]]:
    """The best patches as shares of the square; none where half a picture was asked for: it would be outlined."""
    if 2 * len(hit.places) > kept.grid**2:
        return []
    side = 1 / kept.grid
    places = np.unique(hit.places)
    return [(int(place % kept.grid) * side, int(place // kept.grid) * side, side, side) for place in places]


def _clicked(context: Context, kept: KeptSets, action: str, item: str) -> None:
    if kept.of == "tokens":
        row = int(context.opened.dataset.rows_of([item])[0])
        ADDRESS.change(words=str(context.opened.dataset.table[TEXT][row].as_py())[:MOST_WORDS])
        return
    ADDRESS.change(item=item, part="", words="")
    st.session_state["lab.detail.way"] = "part"
