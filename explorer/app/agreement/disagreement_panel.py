"""One question on which a model and people are apart: the items, the votes, every model's similarities, every map."""

from urllib.parse import quote

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.agreement import answers
from explorer.app.agreement.answers import Asking
from explorer.app.agreement.models_panel import chosen_sources
from explorer.app.agreement.state import View, change
from explorer.app.explore.answers import map_methods
from explorer.app.frame import theme
from explorer.app.frame.cache import get_dataset, get_map
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.map import MapColours, MapHighlight, MapItems, MapPoints, similarity_map
from explorer.app.frame.page import kept_query
from explorer.base.arrays import Rows
from explorer.base.dataset import Dataset
from explorer.features.judgments.agreement.candidates import Source
from explorer.features.judgments.agreement.scores import triple_similarities
from explorer.features.judgments.questions import Choices, Doubles, Ratings

MAPS = 4


def disagreement_panel(asking: Asking, view: View) -> None:
    """A list of questions, the furthest apart first, and the chosen one in full."""
    chosen = chosen_sources(asking, view)
    usable = [one for one in chosen if not isinstance(answers.score(asking, one.key), str)]
    if not usable:
        st.info("There is nothing to compare people with yet. Prepare a model on the home page.")
        return
    keys = [one.key for one in usable]
    labels = {one.key: one.label for one in usable}
    against = view.against if view.against in keys else keys[0]
    st.session_state["agreement.against"] = against
    st.selectbox(
        "Where people disagree with",
        keys,
        format_func=labels.__getitem__,
        key="agreement.against",
        width=420,
        on_change=lambda: change(against=st.session_state["agreement.against"], question=""),
    )
    found, asked = answers.furthest(asking, against), answers.judged(asking).asked
    if not len(found.question):
        st.success(f"{theme.plain(labels[against])} gives the majority's answer to every question it is sure of.")
        return
    place = min(view.question, len(found.question) - 1)
    _steps(place, len(found.question), isinstance(asked, Choices))
    question = int(found.question[place])
    if isinstance(asked, Choices):
        _choice(asking, asked, question, usable)
    else:
        _rating(asking, asked, question, usable, float(found.gap[place]))
    rows = asked.items[question] if isinstance(asked, Choices) else asked.pairs[question]
    _maps(asking, rows, usable)


def _steps(place: int, count: int, choices: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Previous", icon=":material/chevron_left:", key="agreement.previous", disabled=place == 0):
            change(question=str(place - 1) if place > 1 else "")
            st.rerun()
        if st.button("Next", icon=":material/chevron_right:", key="agreement.next", disabled=place + 1 >= count):
            change(question=str(place + 1))
            st.rerun()
        how = "people were surest of another answer" if choices else "its rank is furthest from people's"
        st.caption(f"Disagreement {place + 1} of the {count} widest: the questions where {how} come first.")


def _choice(asking: Asking, asked: Choices, question: int, usable: list[Source]) -> None:
    dataset = get_dataset(asking.workspace)
    rows, votes = asked.items[question], asked.votes[question]
    odd = asked.task == "odd_one_out"
    _gallery(asking, dataset, rows)
    ids = [str(dataset.ids[row]) for row in rows]
    lines = [{"": "people", **_cells(ids, votes / votes.sum(), "{:.0%}", odd), "answer": _answer(ids, votes, odd)}]
    for source in usable:
        opposite = triple_similarities(answers.similarity(asking, source.key), rows[None])[0]
        shown = opposite if odd else np.array([np.nan, opposite[2], opposite[1]])
        lines.append({"": source.label, **_cells(ids, shown, "{:.3f}", odd), "answer": _answer(ids, shown, odd)})
    st.dataframe(pd.DataFrame(lines), hide_index=True, key="agreement.question", width="stretch")
    total = int(votes.sum())
    if odd:
        st.caption(
            f"People: share of {total} {'answer' if total == 1 else 'answers'} that call this item the odd one. "
            "Models: similarity of the other two; the odd one is where it is highest."
        )
    else:
        st.caption(
            f"The first item is the reference. People: share of {total} {'answer' if total == 1 else 'answers'} that "
            "find this item more like it. Models: similarity to the reference."
        )


def _cells(ids: list[str], values: Doubles, form: str, odd: bool) -> dict[str, str]:
    names = ids if odd else [f"{ids[0]} (reference)", *ids[1:]]
    return {
        name: "" if not odd and place == 0 else form.format(value) if np.isfinite(value) else "–"
        for place, (name, value) in enumerate(zip(names, values, strict=True))
    }


def _answer(ids: list[str], values: Doubles, odd: bool) -> str:
    shown = values if odd else np.where(np.arange(3) == 0, np.nan, values)
    if not np.isfinite(shown[0 if odd else 1 :]).all():
        return "–"
    best = np.flatnonzero(shown == np.nanmax(shown))
    return ids[int(best[0])] if len(best) == 1 else "undecided"


def _rating(asking: Asking, asked: Ratings, question: int, usable: list[Source], gap: float) -> None:
    dataset = get_dataset(asking.workspace)
    pair = asked.pairs[question]
    _gallery(asking, dataset, pair)
    values = asked.value[asked.question == question]
    place = (asked.mean < asked.mean[question]).mean()
    lines = [{"": "people (mean)", "value": f"{values.mean():.3f}", "rank among pairs": f"{place:.0%}"}]
    for source in usable:
        modelled = np.asarray(answers.similarity(asking, source.key)(asked.pairs[:, 0], asked.pairs[:, 1]))
        value = modelled[question]
        rank = (modelled[np.isfinite(modelled)] < value).mean()
        lines.append({"": source.label, "value": f"{value:.3f}", "rank among pairs": f"{rank:.0%}"})
    st.dataframe(pd.DataFrame(lines), hide_index=True, key="agreement.question", width="stretch")
    more = "less" if gap < 0 else "more"
    st.caption(
        f"{len(values)} ratings from {values.min():.3g} to {values.max():.3g}. Rank: share of the {len(asked.pairs):,} "
        f"pairs that are less alike. The model finds this pair {more} alike than people do."
    )


def _gallery(asking: Asking, dataset: Dataset, rows: Rows) -> None:
    workspace = asking.workspace
    gallery(
        workspace, dataset, Cards(rows, ranked=False), "agreement.items", _open_item, label="The question", card=180
    )


def _open_item(action: str, item: str) -> None:
    st.session_state["agreement.opened"] = item


def _maps(asking: Asking, rows: Rows, usable: list[Source]) -> None:
    """Where the items of the question lie on the map of each model that has one."""
    opened = st.session_state.get("agreement.opened")
    if opened:
        query = {**kept_query(), "q": f"item:1:{opened}"}
        st.page_link(
            "pages/1_Explore.py", label=f"Find items like {theme.plain(opened)} on Explore", query_params=query
        )
    specs = [one.key.removeprefix("encoder:") for one in usable if one.kind == "encoder"]
    drawn = [(spec, map_methods(asking.path, asking.workspace.key, spec)) for spec in specs]
    drawn = [(spec, methods) for spec, methods in drawn if methods][:MAPS]
    if not drawn:
        return
    st.markdown("**On each model's map**: the items of the question are the marked points")
    for start in range(0, len(drawn), 2):
        for column, (spec, methods) in zip(st.columns(2, gap="medium"), drawn[start : start + 2], strict=False):
            with column:
                st.caption(f"{theme.plain(spec)} ({methods[0].upper()})")
                _map(asking, spec, methods[0], rows)


def _map(asking: Asking, spec: str, method: str, rows: Rows) -> None:
    workspace, dataset = asking.workspace, get_dataset(asking.workspace)
    points = _points(asking.path, workspace.key, spec, method)
    known = rows[np.isfinite(points.xy[rows]).all(axis=1)]
    name = quote(workspace.path.name)
    thumb = f"/thumbs/{name}/{{row}}?size=128&v={workspace.key}" if dataset.has_images else ""
    items = MapItems(thumb, f"/item/{name}/{{row}}?v={workspace.key}")
    picked = int(known[0]) if len(known) else None
    similarity_map(
        points,
        MapColours.plain(len(points)),
        MapHighlight(picked, known[1:]),
        key=f"agreement.map.{spec}",
        height=380,
        items=items,
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _points(path: str, key: str, spec: str, method: str) -> MapPoints:
    return MapPoints(get_map(Asking(path, key, "", 0.0).workspace, spec, method).coords)
