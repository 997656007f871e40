"""Analogies: A is to B as C is to ?, answered by every method of that kind side by side."""

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.app.frame.foreign import QUOTED, plain
from explorer.app.relational.components import items_view, signed
from explorer.app.relational.picking import pick_box
from explorer.app.relational.view import ADDRESS, MOST_PAIRS, Analogy, Context, ask
from explorer.features.relational import service
from explorer.features.relational.contract import Method, methods_of

ANSWERS = 6
QUESTION = (
    "Pick A, then B, then C. Further pairs say more clearly which relation is meant; the mean over pairs counts. The "
    "items of the question are never answers."
)
MORE, NOTE, SEED = "relational.more", "relational.note", "relational.seed"


def analogy_panel(context: Context) -> None:
    """Draw the question, what is still to be picked, and the answers."""
    analogy = _known(context)
    left, right = st.columns([2, 7], gap="medium")
    with left:
        _question(context, analogy)
    missing = _missing(analogy)
    with right:
        if missing:
            st.markdown(f"**Pick {missing}**")
            pick_box(context, "relational.analogy", lambda one: _add(context, one), hint=f"Click: this is {missing}")
        else:
            _answers(context, analogy)


def _known(context: Context) -> Analogy:
    """The analogy of the address without items that there are not; a warning names the first of these."""
    analogy = context.view.analogy
    unknown = _unknown(context, analogy)
    if not unknown:
        return analogy
    st.warning(f"There is no item with the id “{plain(unknown[0], QUOTED)}” in this data set; it was left out.")
    return analogy.without(set(unknown))


def _unknown(context: Context, analogy: Analogy) -> list[str]:
    items = (*analogy.first, *analogy.second, analogy.third)
    return [one for one in items if one and context.dataset.row_of(one) < 0]


def _missing(analogy: Analogy) -> str:
    if not analogy.first:
        return "A"
    if len(analogy.second) < len(analogy.first):
        return "B"
    if st.session_state.get(MORE):
        return "A of another pair"
    return "" if analogy.third else "C"


def _add(context: Context, item: str) -> None:
    shown = ADDRESS.view().analogy
    analogy = shown.without(set(_unknown(context, shown)))
    missing = _missing(analogy)
    if missing == "B" and item == analogy.first[-1]:
        st.session_state[NOTE] = "A and B are the same item: nothing changes between them. Pick another B."
    elif missing in ("A", "A of another pair"):
        st.session_state[MORE] = False
        ask(replace(analogy, first=(*analogy.first, item)))
    elif missing == "B":
        ask(replace(analogy, second=(*analogy.second, item)))
    else:
        ask(replace(analogy, third=item))


def _question(context: Context, analogy: Analogy) -> None:
    note = st.session_state.pop(NOTE, "")
    if note:
        st.warning(plain(note))
    st.markdown("**A is to B as C is to ?**", help=QUESTION)
    items, labels = _labelled(analogy)
    if items:
        items_view(
            context,
            np.array([context.dataset.row_of(one) for one in items]),
            "relational.question",
            lambda one: ask(ADDRESS.view().analogy.without({one})),
            numbers=labels,
            label="The question",
            hint="Click: take this item out",
            as_lines=True,
        )
    _buttons(context, analogy)


def _labelled(analogy: Analogy) -> tuple[list[str], list[str]]:
    """(ids, what each is called) of the items that have been picked."""
    found = []
    for number, (a, b) in enumerate(analogy.pairs, 1):
        mark = f" {number}" if len(analogy.first) > 1 else ""
        found += [(one, name + mark) for name, one in (("A", a), ("B", b)) if one]
    if analogy.third:
        found.append((analogy.third, "C"))
    return [one for one, _ in found], [label for _, label in found]


def _buttons(context: Context, analogy: Analogy) -> None:
    with st.container(horizontal=True):
        if st.button("Show an example", key="relational.example", icon=":material/lightbulb:"):
            _example(context)
        whole = bool(analogy.second) and len(analogy.first) == len(analogy.second) < MOST_PAIRS
        if whole and st.button("Add a pair", key="relational.add", icon=":material/add:"):
            st.session_state[MORE] = True
            st.rerun()
        picked = bool(analogy.first or analogy.third)
        if picked and st.button("Start over", key="relational.over", icon=":material/restart_alt:"):
            st.session_state[MORE] = False
            ask(Analogy())
            st.rerun()


def _example(context: Context) -> None:
    seed = int(st.session_state.get(SEED, 0))
    st.session_state[SEED], st.session_state[MORE] = seed + 1, False
    with st.spinner("Looking for an example …"):
        rows = service.example(context.opened, context.base, context.head, seed)
    a, b, c = (str(context.dataset.ids[row]) for row in rows)
    ask(Analogy((a,), (b,), c))
    st.rerun()


def _answers(context: Context, analogy: Analogy) -> None:
    methods = methods_of("analogy")
    for column, method in zip(st.columns(len(methods), gap="medium"), methods.values(), strict=True):
        with column:
            _answer(context, analogy, method)


def _answer(context: Context, analogy: Analogy, method: Method) -> None:
    formula = method.explained.format(base=context.base, head=context.head)
    st.markdown(f"**{plain(method.label)}**", help=f"{plain(formula)} Scores of different methods do not compare.")
    pairs = tuple((context.dataset.row_of(a), context.dataset.row_of(b)) for a, b in analogy.pairs)
    rows, scores = service.analogy(
        context.opened,
        context.base,
        context.head,
        method=method.name,
        pairs=pairs,
        third=context.dataset.row_of(analogy.third),
        count=ANSWERS,
    )
    items_view(
        context,
        rows,
        f"relational.answers.{method.name}",
        lambda one: ADDRESS.change(item=one, part="space"),
        numbers=[f"{place}. score {signed(value)}" for place, value in enumerate(scores, 1)],
        label=method.label,
        hint="Click: compare all items with this one",
        fill=True,
    )
