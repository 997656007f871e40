"""Practice and gold questions in the form of a campaign: a line each, drawn at random or written, with their items."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from explorer.app.annotate.composing import filled, settings_of
from explorer.app.annotate.draft import bound, draft, put, sync
from explorer.app.annotate.what import chosen_items
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.base.errors import ExplorerError, InputError
from explorer.features.judgments.asking.issuing import CHECKABLE
from explorer.features.judgments.known_lines import ANSWERED, known_from, known_lines
from explorer.features.judgments.study import MOST_KNOWN, KnownQuestion
from explorer.workspace.opened import Opened

CLICKED = ("odd_one_out", "triplet")
SHOWN = 8  # questions whose items are drawn below the lines
TITLES = {"practice": "Practice questions", "gold": "Gold questions, in place of the attention checks"}


def known_fields(opened: Opened, task: str) -> None:
    """Draw the lines of the practice questions, and of the gold questions where the task has right answers."""
    for name in ("practice", "gold") if task in CHECKABLE else ("practice",):
        with st.expander(TITLES[name]):
            _lines(opened, task, name)


def _lines(opened: Opened, task: str, name: str) -> None:
    answered = f" | {ANSWERED[task]} | what is said after it" if task in ANSWERED else ""
    if name == "gold":
        answered = f" | {ANSWERED[task]}"
    st.text_area(
        f"One a line: ids, with commas{answered}",
        key=bound(name, ""),
        help="At most 50. In practice, a line without an answer takes any.",
    )
    st.button(
        "Add one of random items",
        key=f"{name}_draw",
        icon=":material/casino:",
        on_click=_draw,
        args=(opened, name),
        help="Then click the answer, or write it behind a |.",
    )
    if said := st.session_state.pop(f"{name}_said", ""):
        st.error(plain(said))
    try:
        questions = known_from(str(filled(draft())[name]), task, TITLES[name].partition(",")[0])
    except InputError as error:
        st.error(plain(error))
        return
    for number, one in enumerate(questions[:SHOWN]):
        _shown(opened, one, _Place(name, task, number))


@dataclass(frozen=True)
class _Place:
    """Which of the lines of a field a question stands in."""

    name: str
    task: str
    number: int

    def answer(self, action: str, item: str) -> None:
        """Take the item that was clicked as the answer; a callback."""
        sync()
        questions = list(known_from(str(filled(draft())[self.name]), self.task, TITLES[self.name]))
        one = questions[self.number]
        if self.task in CLICKED and item in one.items[self.task == "triplet" :]:
            answer = [one.items[0], item, *(set(one.items[1:]) - {item})] if self.task == "triplet" else item
            questions[self.number] = replace(one, answer=answer)
            put(**{self.name: known_lines(questions)})


def _shown(opened: Opened, one: KnownQuestion, place: _Place) -> None:
    try:
        rows = opened.dataset.rows_of(list(one.items))
    except InputError as error:
        st.error(plain(error))
        return
    answer = one.answer[1] if isinstance(one.answer, list) else one.answer
    gallery(
        opened,
        Cards(np.asarray(rows), ranked=False, notes=("reference", "", "") if place.task == "triplet" else ()),
        f"known_{place.name}_{place.number}",
        place.answer,
        label="The question",
        card=96,
        query_ids=[answer] if isinstance(answer, str) else [],
        actions=(),
        click_label="Click: this is the answer" if place.task in CLICKED else "",
    )


def _draw(opened: Opened, name: str) -> None:
    """Add a line with a question of random items that are chosen for the campaign."""
    sync()
    form = filled(draft())
    try:
        size = settings_of({**form, "practice": "", "gold": ""}).size
        ids = chosen_items(opened, form)
        if len(ids) < size:
            raise InputError(f"A question shows {size} items; {len(ids)} were chosen.")
    except ExplorerError as error:
        st.session_state[f"{name}_said"] = str(error)
        return
    lines = [line for line in str(form[name]).splitlines() if line.strip()]
    drawn = np.random.default_rng().choice(len(ids), size, replace=False)
    put(**{name: "\n".join([*lines, ", ".join(ids[row] for row in drawn)][:MOST_KNOWN])})
