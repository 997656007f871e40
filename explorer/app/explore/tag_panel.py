"""Tags of some items: put one on, take one off, rename or delete one, and undo the last change."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from explorer.app.explore import state
from explorer.app.explore.state import Context
from explorer.app.frame.foreign import plain
from explorer.base.arrays import Rows
from explorer.base.errors import ExplorerError, InputError
from explorer.base.permission import may
from explorer.io.text import counted
from explorer.search.filters import Filter, format_filters, parse_filters
from explorer.workspace.tag_store import TagChange, TagStore
from explorer.workspace.tags import tags_of_rows

LISTED = 50


def tag_panel(context: Context, rows: Rows, key: str) -> None:
    """Put tags on the items of these rows (k,) or take them off; below, all tags with how many items have them."""
    store, counts = context.opened.tag_store, context.opened.tag_counts()
    if may("tag"):
        _new(context, rows, key, list(counts))
        _said(store, key)
    elif not counts:
        st.caption("No item has a tag yet.")
    here = tags_of_rows(context.dataset, rows, context.opened.tag_column)
    for name in sorted(counts, key=lambda tag: -here.get(tag, 0))[:LISTED]:
        _one(context, rows, f"{key}.{name}", name, here=here.get(name, 0), total=counts[name])
    if len(counts) > LISTED:
        st.caption(f"And {len(counts) - LISTED} more; pick them above to put them on.")


def _new(context: Context, rows: Rows, key: str, known: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            f"Tag {counted(len(rows), 'item')}",
            known,
            index=None,
            key=f"{key}.new",
            accept_new_options=True,
            placeholder="Type a new tag, or pick one",
        )
        st.button(
            "Put it on",
            key=f"{key}.put",
            icon=":material/new_label:",
            type="primary",
            disabled=not (st.session_state[f"{key}.new"] and len(rows)),
            on_click=lambda: _put(context, rows, key),
        )
    if not known:
        st.caption(
            "A tag is a word of your own on some items, such as “good” or “to check”. Filters, colours of the map, "
            "cards and exports know it as an attribute. Your files are not changed."
        )


def _put(context: Context, rows: Rows, key: str) -> None:
    tag = st.session_state[f"{key}.new"]
    if _done(lambda: context.opened.tag_store.put(tag, _ids(context, rows))):
        st.session_state[f"{key}.new"] = None


def _said(store: TagStore, key: str) -> None:
    """What was done last, with an undo."""
    last = store.last()
    if last is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(f"{last.words}."), width="stretch")
        st.button(
            "Undo",
            key=f"{key}.undo",
            icon=":material/undo:",
            type="tertiary",
            help="Take the last change of tags back",
            on_click=_undo,
            args=(store, last.number),
        )


def _one(context: Context, rows: Rows, key: str, name: str, *, here: int, total: int) -> None:
    """A line for a tag: how many of these items and of all have it, and what can be done with it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(name)}**", width="stretch")
        st.caption(f"{here:,} of these · {total:,} in all", width="content")
        st.button(
            "",
            key=f"{key}.only",
            icon=":material/filter_alt:",
            type="tertiary",
            help="Show only items with this tag",
            disabled=not total,
            on_click=lambda: _filter(context.opened.tag_column, name),
        )
        if not may("tag"):
            return
        st.button(
            "",
            key=f"{key}.take",
            icon=":material/label_off:",
            type="tertiary",
            help="Take it off these items",
            disabled=not here,
            on_click=_take,
            args=(context, rows, name),
        )
        with st.popover("", icon=":material/edit:", type="tertiary", help="Rename or delete", key=f"{key}.edit"):
            st.text_input("New name", name, key=f"{key}.name")
            st.button("Rename", key=f"{key}.rename", on_click=lambda: _rename(context, key, name))
            st.button(
                f"Delete from {counted(total, 'item')}",
                key=f"{key}.delete",
                icon=":material/delete:",
                on_click=lambda: _delete(context, key, name),
            )


def _undo(store: TagStore, number: int) -> None:
    _done(lambda: store.undo(number))


def _take(context: Context, rows: Rows, name: str) -> None:
    _done(lambda: context.opened.tag_store.take(name, _ids(context, rows)))


def _rename(context: Context, key: str, name: str) -> None:
    new = st.session_state[f"{key}.name"]
    change = _done(lambda: context.opened.tag_store.rename(name, new))
    if change:
        _follow(context.opened.tag_column, name, (new.strip(),))


def _delete(context: Context, key: str, name: str) -> None:
    if _done(lambda: context.opened.tag_store.delete(name)):
        _follow(context.opened.tag_column, name, ())


def _done(change: Callable[[], TagChange | str]) -> bool:
    """Make a change; False, and its reason is shown, when it cannot be made or changed nothing."""
    try:
        made = change()
    except ExplorerError as error:
        state.note(str(error))
        return False
    if isinstance(made, TagChange) and not made.items:
        state.note(f"{made.words}: nothing changed.")
        return False
    return True


def _filter(column: str, name: str) -> None:
    """Filter by this tag, in the place of another filter on tags."""
    others = [one for one in _filters() if one.column != column]
    state.change(filters=format_filters([*others, Filter(column=column, kind="values", values=(name,))]))


def _follow(column: str, name: str, new: tuple[str, ...]) -> None:
    """The filters of the view, with `new` in the place of a tag that is no more."""
    changed = []
    for one in _filters():
        values = tuple(value for old in one.values for value in (new if old == name else (old,)))
        if one.column != column or one.kind != "values":
            changed.append(one)
        elif values:
            changed.append(replace(one, values=values))
    if format_filters(changed) != state.current_view()[0].filters:
        state.change(filters=format_filters(changed))


def _filters() -> list[Filter]:
    try:
        return parse_filters(state.current_view()[0].filters)
    except InputError:
        return []


def _ids(context: Context, rows: Rows) -> list[str]:
    return [str(one) for one in context.dataset.ids[rows]]
