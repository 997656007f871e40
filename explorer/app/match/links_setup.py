"""What is matched and how: the two sides, the matcher and its settings, as fields of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.app.frame.foreign import plain
from explorer.app.match.links_options import option_fields
from explorer.app.match.links_sources import (
    COLLECTION,
    COLUMNS,
    FILE,
    ITEMS,
    KINDS,
    PROBLEM,
    SAME,
    keep_file,
    shop_words,
    side_of,
    source_name,
    stamp_of,
)
from explorer.app.match.view import ADDRESS, Context, View
from explorer.base.dataset import HASH, ID, PATH
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.base.settings import workspaces_root
from explorer.features.elites.service import reads_texts
from explorer.features.match.by_vectors import VECTORS
from explorer.features.match.contract import METHODS
from explorer.features.match.glossary.matchers import OFFLINE
from explorer.features.match.method import MatchMethod
from explorer.features.match.service import DEFAULT_METHOD, DEFAULT_MODEL, why_not
from explorer.features.match.side import CELLS, Side
from explorer.features.match.sides import COLUMN, SIBLINGS, TABLE
from explorer.features.match.tables.tfidf import TABLES_TFIDF
from explorer.io.text import counted
from explorer.workspace.folder import list_workspaces
from explorer.workspace.match_store import AND, ITSELF
from explorer.workspace.tag_store import LONGEST, clean_tag

FILES = "match.files"
"""In the session: KEY/NAME of the files that were brought."""
DIGEST = 8
KIND_WORDS = {"texts": "Texts", "records": "Records", "tables": "Tables", "columns": "Columns"}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a match is made of. left, right: words of `links_sources`. left_text, right_text: columns, "" for the
    likeliest. options: (name, value) that differ from the usual. model: spec of what turns texts into vectors. stamps:
    change with other collections.
    """

    left: str
    right: str
    left_text: str
    right_text: str
    method: str
    options: tuple[tuple[str, str], ...]
    model: str
    stamps: tuple[str, str] = ("", "")


@dataclass(frozen=True, kw_only=True)
class Setup:
    """A wish with its sides as they were read; right is left where one list is matched with itself."""

    wish: Wish
    left: Side
    right: Side

    @property
    def same(self) -> bool:
        """Whether one list is matched with itself."""
        return self.wish.right == SAME

    @property
    def name(self) -> str:
        """What is matched, in words; decisions are kept under it, so that they hold for every matcher."""
        name = f"{self.left.name}{ITSELF}" if self.same else f"{self.left.name}{AND}{self.right.name}"
        return name_of_match(name)


def name_of_match(words: str) -> str:
    """The name under which decisions are kept; of long words the beginning and a few letters that tell them apart."""
    shown = " ".join("".join(one if one.isprintable() else " " for one in words).split())
    if len(shown) > LONGEST:
        shown = f"{shown[: LONGEST - DIGEST - 2]}… {blake2b(shown.encode(), digest_size=DIGEST // 2).hexdigest()}"
    return clean_tag(shown)


def setup(context: Context, row: DeltaGenerator) -> Setup | None:
    """Draw the fields, those of the matcher in `row`; None while something is missing, which is said."""
    view, model = context.view, model_of(context)
    left_place, right_place = st.columns(2, gap="medium")
    with left_place:
        left = _side(context, "left", view.links_left, view.links_left_column)
    with right_place:
        right = _right(context, left)
    if left is None or right is None:
        return None
    method = _method(context, left, right, row)
    if method is None:
        return None
    options = _given(view.links_set)
    wish = Wish(
        left=view.links_left,
        right=view.links_right,
        left_text=left.text,
        right_text=right.text,
        method=method.name,
        options=options,
        model=model,
        stamps=(stamp_of(view.links_left), stamp_of(view.links_right)),
    )
    return Setup(wish=wish, left=left, right=right)


def model_of(context: Context) -> str:
    """The chosen model where it reads texts, else the usual one."""
    return context.encoder if reads_texts(context.encoder) else DEFAULT_MODEL


def _given(entries: Sequence[str]) -> tuple[tuple[str, str], ...]:
    pairs = [one.partition("=") for one in entries]
    return tuple(sorted((name, value) for name, equals, value in pairs if equals))


def _right(context: Context, left: Side | None) -> Side | None:
    """The right side; the left one again where one list is matched with itself."""
    if context.view.links_right != SAME:
        return _side(context, "right", context.view.links_right, context.view.links_right_column)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _source_field(context, "right", SAME)
        _bring("right")
    return left


def _side(context: Context, which: str, word: str, column: str) -> Side | None:
    """The fields of one side, and the side; None where it cannot be read, which is said."""
    place = st.container(horizontal=True, vertical_alignment="bottom")
    with place:
        _source_field(context, which, word)
        _bring(which)
    try:
        side, names = _read(context, word, column)
    except ExplorerError as error:
        st.error(plain(error), icon=":material/error:")
        return None
    with place:
        _column_field(which, names, side.text)
    if column and column not in names:
        st.warning(plain(f"{side.name} has no column “{column}” any more; “{side.text}” is compared instead."))
    about = _about(side)
    if about:
        st.caption(plain(about))
    return side


def _read(context: Context, word: str, column: str) -> tuple[Side, list[str]]:
    """A side by the column of the address, where it has that, and the columns that can be compared."""
    stamp = stamp_of(word)
    side = side_of(context.opened, word, "", context.encoder, stamp)
    names = column_names(side)
    if column in names and column != side.text:
        side = side_of(context.opened, word, column, context.encoder, stamp)
    return side, names


def column_names(side: Side) -> list[str]:
    """Columns that can be compared."""
    apart = (ID, PATH, HASH) if side.workspace else ()
    return [name for name in side.table.column_names if name not in apart]


def _about(side: Side) -> str:
    """What is lacking, and what was guessed or mended when it was read."""
    empty = sum(not one.strip() for one in side.texts) if side.text else 0
    lacking = [f"{counted(empty, 'row')} of {len(side):,} without a text."] if empty else []
    return " ".join([*lacking, *(note for note in side.notes if "compares the column" not in note)])


def _sources(context: Context, which: str, now: str) -> list[str]:
    here = context.opened.name
    others = [one.path.name for one in list_workspaces(workspaces_root()) if not one.error and one.path.name != here]
    words = st.session_state.get(FILES, [])
    brought = dict.fromkeys(f"{kind}:{one}" for one in [*words, *_file_of(now)] for kind in (FILE, COLUMNS))
    found = [ITEMS, *([SAME] if which == "right" else []), *brought, *shop_words(context.opened)]
    found += [f"{COLLECTION}:{name}" for name in others]
    return [*found, *([now] if now not in found else [])]


def _file_of(word: str) -> list[str]:
    """The file that a source reads, so that its rows and its columns can both be chosen."""
    kind, _, rest = word.partition(":")
    return [rest] if kind in (FILE, COLUMNS) else []


def _source_field(context: Context, which: str, word: str) -> None:
    key = f"match.links.{which}"
    st.session_state[key] = word
    st.selectbox(
        which.capitalize(),
        _sources(context, which, word),
        key=key,
        format_func=lambda one: source_name(one, context.opened),
        on_change=lambda: change_side(which, str(st.session_state[key])),
    )


def change_side(which: str, word: str) -> None:
    """Go to the view in which a side is another; what belonged to the old one is left out."""
    view = ADDRESS.view()
    known = (
        {option.name: option for option in METHODS[view.links_method].options} if view.links_method in METHODS else {}
    )
    of_columns = {name for name, option in known.items() if option.columns}
    ADDRESS.change(
        **{f"links_{which}": word, f"links_{which}_column": ""},
        links_set=tuple(one for one in view.links_set if one.partition("=")[0] not in of_columns),
        links_from=None,
        links_truth="",
        links_kept="",
        links_learned=False,
    )


def _bring(which: str) -> None:
    """The field of a file, which closes when one was brought."""
    if not may("upload"):
        return
    times = f"match.links.{which}.brought"
    key = f"match.links.{which}.file.{st.session_state.get(times, 0)}"
    with st.popover("File", icon=":material/upload_file:", key=f"{key}.popover", help="Bring a file of yours"):
        st.file_uploader(
            f"{which.capitalize()}: a table, or a zip of tables",
            type=KINDS,
            key=key,
            on_change=_brought,
            args=(which, key, times),
            help="CSV, TSV, JSON lines or Parquet: its rows are matched, or its columns. Of a zip the tables are.",
        )


def _brought(which: str, key: str, times: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    try:
        word = keep_file(file.name, file.getvalue())
    except ExplorerError as error:
        st.session_state[PROBLEM] = str(error)
        return
    known = st.session_state.get(FILES, [])
    st.session_state[FILES] = [*(one for one in known if one != word), word]
    st.session_state[times] = st.session_state.get(times, 0) + 1
    change_side(which, f"{FILE}:{word}")


def _column_field(which: str, names: Sequence[str], now: str) -> None:
    if not names:
        return
    key, field = f"match.links.{which}.column", f"links_{which}_column"
    st.session_state[key] = now
    st.selectbox(
        f"Compared, {which}",
        names,
        key=key,
        width=170,
        on_change=lambda: ADDRESS.change(**{field: st.session_state[key]}),
    )


def _method(context: Context, left: Side, right: Side, row: DeltaGenerator) -> MatchMethod | None:
    """The choice of the matcher, with its settings; those that cannot be used here say why."""
    problems = {name: why_not(method, left, right) for name, method in METHODS.items()}
    names = sorted(METHODS, key=lambda name: (bool(problems[name]), _kind_place(METHODS[name].kind)))
    if not names:
        return None
    now = usual_method(context.view, problems, _likely_method(left, right))
    card = METHODS[now]
    st.session_state["match.links.method"] = now
    with row:
        st.selectbox(
            "Matcher",
            names,
            key="match.links.method",
            width=360,
            format_func=lambda name: _method_words(name, problems),
            help=f"`{card.formula}` {plain(card.source)}",
            on_change=_change_method,
        )
        if card.options:
            with st.popover("Settings", icon=":material/tune:"):
                option_fields(card, dict(_given(context.view.links_set)), column_names(left), column_names(right))
    if problems[now]:
        st.info(plain(problems[now]), icon=":material/block:")
        return None
    return card


def _kind_place(kind: str) -> int:
    kinds = list(KIND_WORDS)
    return kinds.index(kind) if kind in kinds else len(kinds)


def _change_method() -> None:
    chosen = st.session_state["match.links.method"]
    ADDRESS.change(links_method=chosen, links_set=(), links_from=None, links_kept="", links_learned=False)


def usual_method(view: View, problems: Mapping[str, str], likely: str = DEFAULT_METHOD) -> str:
    """The matcher of the address, else the likely or the usual one where it can be used, else the first that can."""
    if view.links_method in METHODS:
        return view.links_method
    free = [name for name in METHODS if not problems[name]]
    return next((name for name in (likely, DEFAULT_METHOD, *free) if name in free), next(iter(METHODS)))


def _likely_method(left: Side, right: Side) -> str:
    """The matcher that goes with what is matched: photos, tables, columns of tables, else texts."""
    if any(_few_texts(side) for side in (left, right)):
        return VECTORS.name
    if all(CELLS in side.table.column_names for side in (left, right)):
        return TABLES_TFIDF.name
    if {COLUMN, TABLE, SIBLINGS} <= set(left.table.column_names):
        return OFFLINE.name
    return DEFAULT_METHOD


def _few_texts(side: Side) -> bool:
    """Whether most things have no text, such as photos of which some have a caption."""
    return 2 * sum(bool(text.strip()) for text in side.texts) < len(side)


def _method_words(name: str, problems: Mapping[str, str]) -> str:
    method = METHODS[name]
    kind = KIND_WORDS.get(method.kind, method.kind.capitalize())
    words = method.label if method.label.startswith(kind) else f"{kind}: {method.label}"
    return f"{words} (not for these lists)" if problems[name] else words
