"""The third step of the form: which questions, how many, for how many people; practice and checks."""

import streamlit as st

from explorer.app.annotate.composing import Draft, usual
from explorer.app.annotate.draft import bound, draft
from explorer.app.annotate.known_fields import known_fields
from explorer.features.judgments.asking.issuing import CHECKABLE
from explorer.features.judgments.contract import ASKING
from explorer.features.judgments.settings import ORDERS
from explorer.features.judgments.telling import ORDER
from explorer.io.text import counted
from explorer.workspace.opened import Opened

SAMPLER_HELP = (
    "Active: an embedding is fitted to the answers as they come in, and the next questions are those whose answers it "
    "is least sure of. 15 % stay random and are marked, so that you can measure on them. Where models disagree: "
    "the questions whose answers differ most between the models that you choose, and 15 % random ones. "
    "Lift the weakest: each person's next arrangement brings together what lay close together in theirs so far."
)


def how_much_fields(opened: Opened) -> None:
    """Draw the step."""
    task = str(draft().get("task", "odd_one_out"))
    left, right = st.columns(2, gap="large")
    with left:
        sampler = _sampler_fields(opened, task)
        _amount_fields(task, sampler)
    with right:
        _share_fields(task)
        _order_fields(task)
    known_fields(opened, task)


def how_much_said(form: Draft) -> str:
    """The step in a line."""
    listed = len([line for line in form["list"].splitlines() if line.strip()])
    method = ASKING.get(form["sampler"], ASKING["random"])
    questions = listed if "list" in method.needs else int(form["questions"])
    each = f"{form['per_person']} a person" if form["per_person"] else "no limit a person"
    people = (
        f"for {form['answers']} people" if method.follow else f"with {counted(int(form['answers']), 'answer')} each"
    )
    checks = f"{form['checks']} % checks" if form["checks"] and form["task"] in CHECKABLE else ""
    practice = len([line for line in form["practice"].splitlines() if line.strip()])
    parts = [
        f"{counted(questions, 'question')} {people}",
        each,
        _people_needed(questions * int(form["answers"]), int(form["per_person"])) if not method.follow else "",
        checks,
        f"{practice} to practise" if practice else "",
    ]
    return ", ".join(part for part in parts if part)


def _people_needed(answers: int, each: int) -> str:
    least = -(-answers // each) if each else 0
    return f"so {least:,} {'person' if least == 1 else 'people'} at least" if each else ""


def _sampler_fields(opened: Opened, task: str) -> str:
    fitting = [name for name, method in ASKING.items() if task in method.tasks]
    sampler = st.selectbox(
        "Which questions",
        fitting,
        format_func=lambda name: ASKING[name].label,
        key=bound("sampler", "random", fitting),
        help=SAMPLER_HELP,
    )
    if "models" in ASKING[sampler].needs:
        st.multiselect("Models to set against each other", opened.encoders, key=bound("models", [], opened.encoders))
    if "list" in ASKING[sampler].needs:
        st.text_area(
            "Questions, one a line: ids separated by commas",
            key=bound("list", ""),
            help="Of a triplet, the reference comes first.",
        )
    return str(sampler)


def _amount_fields(task: str, sampler: str) -> None:
    method, plain = ASKING[sampler], usual(task)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if "list" not in method.needs:
            label = "Arrangements a person, at most" if method.follow else "Different questions"
            st.number_input(label, 1, 200_000, key=bound("questions", plain["questions"]))
        st.number_input(
            "People" if method.follow else "Answers a question",
            1,
            1000,
            key=bound("answers", plain["answers"]),
            help="Each by another person; with two or more, Agreement tells how far people agree.",
        )
        if method.follow:
            st.number_input(
                "Evidence that is enough",
                0.05,
                100.0,
                key=bound("evidence", plain["evidence"]),
                format="%g",
                help="On every pair: its squared distances in the arena, whose side is 1, summed.",
            )
        else:
            st.number_input(
                "Most questions a person", 0, 100_000, key=bound("per_person", plain["per_person"]), help="0: no limit."
            )


def _share_fields(task: str) -> None:
    plain = usual(task)
    if task in CHECKABLE:
        st.slider(
            "Attention checks, %",
            0,
            50,
            key=bound("checks", plain["checks"]),
            help="Questions with a known answer: your gold questions below; without any, one item is shown twice, so "
            "it must be the most alike.",
        )
    if task != "tags":
        st.slider(
            "Repeated questions, %",
            0,
            50,
            key=bound("repeats", plain["repeats"]),
            help="Asked again later, in another order: shows how consistent a person is.",
        )


def _order_fields(task: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "Break after so many questions", 0, 100_000, key=bound("block", 0), help="0 for no breaks.", width=220
        )
        st.selectbox(
            "Order of the questions",
            ORDERS,
            format_func=ORDER.__getitem__,
            key=bound("order", "random", ORDERS),
            width=220,
        )
    with st.container(horizontal=True):
        st.toggle("Ask how sure people are", key=bound("confidence", False))
        if task not in ("tags", "arrangement"):
            st.toggle("Offer “none of these”", key=bound("none_of_these", False))
