"""Analogies: A is to B as C is to ?, answered by three methods side by side."""

import numpy as np
import streamlit as st

from explorer.app.relational import answers, state
from explorer.app.relational.components import items_view, signed
from explorer.app.relational.picking import pick_box
from explorer.app.relational.state import Context
from explorer.features.relational.analogy import METHODS

ANSWERS = 6
WORDS = {
    "offset": "Cosine to C + (B − A) under {base}; with several pairs, the mean of B − A.",
    "ratio": "cos(x, B) · cos(x, C) / cos(x, A) under {base}, cosines moved to 0 to 1; with several pairs, the mean.",
    "relational": "Mean of two cosines: to C + (B − A) in the logic of {head}, and the same in the looks of {base}.",
}


def analogy_panel(context: Context) -> None:
    """Draw the question, what is still to be picked, and the answers."""
    first, second, third = _known(context)
    st.markdown("**A is to B as C is to ?**")
    st.caption(
        "Pick A, then B, then C. Further pairs say more clearly which relation is meant; the mean over pairs counts."
    )
    _question(context, first, second, third)
    missing = _missing(first, second, third)
    if missing:
        st.markdown(f"**Pick {missing}**")
        pick_box(
            context, "relational.analogy", lambda one: _add(context, one), hint=f"Click: this is {missing}", tall=430
        )
    else:
        _answers(context, first, second, third)


def _known(context: Context) -> tuple[list[str], list[str], str]:
    """The analogy of the address without items that there are not; a warning names the first of these."""
    first, second, third = state.analogy()
    unknown = [one for one in (*first, *second, third) if one and context.row_of(one) < 0]
    if unknown:
        st.warning(f"There is no item with the id {unknown[0][:80]!r} in this data set; it was left out.")
        pairs = [(a, b) for a, b in zip(first, second, strict=False) if not {a, b} & set(unknown)]
        first, second = [a for a, _ in pairs], [b for _, b in pairs]
        third = "" if third in unknown else third
    return first, second, third


def _missing(first: list[str], second: list[str], third: str) -> str:
    if not first:
        return "A"
    if len(second) < len(first):
        return "B"
    if st.session_state.get("relational.more"):
        return "A of another pair"
    return "" if third else "C"


def _add(context: Context, item: str) -> None:
    first, second, third = _known(context)
    missing = _missing(first, second, third)
    if missing == "B" and item == first[-1]:
        st.session_state["relational.note"] = "A and B are the same item: nothing changes between them. Pick another B."
        return
    if missing in ("A", "A of another pair"):
        st.session_state["relational.more"] = False
        first = [*first, item]
    elif missing == "B":
        second = [*second, item]
    else:
        third = item
    state.set_analogy(first, second, third)


def _question(context: Context, first: list[str], second: list[str], third: str) -> None:
    note = st.session_state.pop("relational.note", "")
    if note:
        st.warning(note)
    rows, labels = [], []
    for number, (a, b) in enumerate(zip(first, [*second, *[""] * (len(first) - len(second))], strict=True), 1):
        mark = f" {number}" if len(first) > 1 else ""
        rows += [context.row_of(one) for one in (a, b) if one]
        labels += [name + mark for name, one in (("A", a), ("B", b)) if one]
    if third:
        rows.append(context.row_of(third))
        labels.append("C")
    if rows:
        items_view(
            context,
            np.array(rows),
            "relational.question",
            lambda one: _remove(one),
            numbers=labels,
            label="The question",
            hint="Click: take this item out",
        )
    with st.container(horizontal=True):
        if st.button("Show an example", key="relational.example", icon=":material/lightbulb:"):
            _example(context)
        full = bool(second) and len(first) == len(second) and len(first) < state.MOST_PAIRS
        if full and st.button("Add a pair", key="relational.add", icon=":material/add:"):
            st.session_state["relational.more"] = True
            st.rerun()
        if rows and st.button("Start over", key="relational.over", icon=":material/restart_alt:"):
            st.session_state["relational.more"] = False
            state.set_analogy([], [], "")
            st.rerun()


def _remove(item: str) -> None:
    """Take an item out of the question, and with it the other half of its pair."""
    first, second, third = state.analogy()
    padded = [*second, *[""] * (len(first) - len(second))]
    pairs = [(a, b) for a, b in zip(first, padded, strict=True) if item not in (a, b)]
    state.set_analogy([a for a, _ in pairs], [b for _, b in pairs if b], "" if third == item else third)


def _example(context: Context) -> None:
    seed = int(st.session_state.get("relational.seed", 0))
    st.session_state["relational.seed"], st.session_state["relational.more"] = seed + 1, False
    rows = answers.example(context.path, context.key, context.relations.base, context.head, seed)
    a, b, c = (str(context.dataset.ids[row]) for row in rows)
    state.set_analogy([a], [b], c)
    st.rerun()


def _answers(context: Context, first: list[str], second: list[str], third: str) -> None:
    pairs = tuple((context.row_of(a), context.row_of(b)) for a, b in zip(first, second, strict=True))
    base, head = context.relations.base, context.head
    for column, method in zip(st.columns(len(METHODS), gap="medium"), METHODS, strict=True):
        with column:
            st.markdown(f"**{METHODS[method]}**")
            st.caption(WORDS[method].format(base=base, head=head))
            third_row = context.row_of(third)
            rows, scores = answers.answer(context.path, context.key, base, head, method, pairs, third_row, ANSWERS)
            numbers = [f"{place}. score {signed(value)}" for place, value in enumerate(scores, 1)]
            items_view(
                context,
                rows,
                f"relational.answers.{method}",
                lambda one: _look_at(one),
                numbers=numbers,
                label=METHODS[method],
                hint="Click: compare all items with this one",
            )
    st.caption("The items of the question are never answers. Scores of different methods do not compare.")


def _look_at(item: str) -> None:
    state.pick(item)
    st.query_params.pop("part", None)
