"""The form for a new map: what lies along the axes, what is good, how to search."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.app.elites.measure_form import measure_form
from explorer.app.elites.starting import begin
from explorer.app.elites.view import Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import work_button
from explorer.base.errors import ExplorerError
from explorer.features.elites.contract import METHODS, SPACES, Space, methods_of
from explorer.features.elites.service import RunSettings, free_name, reads_images, reads_texts
from explorer.workspace.opened import Opened

SIDES = (5, 8, 10, 12, 15, 20, 25, 30, 40, 50)
SCALE_WORDS = {"quantiles": "equally full steps", "range": "equal steps of the value"}
MOST_IRREGULAR = 2500


@dataclass(frozen=True)
class More:
    """What stands under "More settings"."""

    scale: str
    seed: int
    seeds: int
    baseline: bool
    irregular: bool


def new_run_dialog(context: Context) -> None:
    """Open the form over the page."""
    st.dialog("New map", width="large")(new_run_form)(context)


def new_run_form(context: Context) -> None:
    """Draw the form; its button starts the search as a job."""
    opened, space = context.opened, _space(context.encoder)
    kinds = space.offered(opened, context.encoder, reads_texts(context.encoder))
    axes = tuple(measure_form(opened, name, kinds, space) for name in ("axis1", "axis2"))
    quality = measure_form(opened, "quality", kinds, space)
    side, evaluations, emitter = _search(opened, space)
    more = _more(space)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name", free_name(opened), key="elites.form.name", max_chars=80, width=300)
        started = work_button("Start", key="elites.form.start", type="primary", icon=":material/play_arrow:")
    settings = RunSettings(
        name=name.strip(),
        encoder=context.encoder,
        axes=axes,
        quality=quality,
        space=space.name,
        cells=(side, side),
        cvt=min(side * side, MOST_IRREGULAR) if more.irregular else 0,
        evaluations=evaluations,
        emitter=emitter,
        seed=more.seed,
        scale=more.scale,
    )
    if started:
        try:
            begin(opened, settings, more.seeds, more.baseline)
        except ExplorerError as error:
            st.error(plain(error), icon=":material/error:")


def _space(encoder: str) -> Space[Any]:
    """Items, or drawn scenes where the model looks at pictures at all."""
    if not reads_images(encoder):
        return SPACES["data"]
    chosen = st.segmented_control(
        "Search among",
        list(SPACES),
        default="data",
        key="elites.form.over",
        format_func=lambda name: SPACES[name].title,
        required=True,
        help="Items: which of your items are the best of each kind. Scenes: pictures that the program "
        "draws and changes step by step, to see what the model makes of things that no data set holds.",
    )
    return SPACES[chosen or "data"]


def _search(opened: Opened, space: Space[Any]) -> tuple[int, int, str]:
    """Cells along each axis, evaluations, name of the emitter."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = st.select_slider("Cells along each axis", SIDES, value=20, key="elites.form.side")
        most = space.most(opened.dataset)
        evaluations = st.number_input(
            "Evaluations",
            min(10, most),
            most,
            min(2_000, most),
            100,
            key=f"elites.form.evaluations.{space.name}",
            width=170,
            help="How many candidates are looked at. Searching a data set by all of its items is exhaustive.",
        )
        emitter = st.selectbox(
            "Way to search",
            methods_of(space.name),
            key=f"elites.form.emitter.{space.name}",
            format_func=lambda name: METHODS[name].words,
            help="Where the next candidates come from. The basic algorithm and random sampling are baselines.",
        )
    return side, int(evaluations), emitter


def _more(space: Space[Any]) -> More:
    with st.expander("More settings"), st.container(horizontal=True, vertical_alignment="bottom"):
        scale = st.selectbox(
            "Axes in",
            list(SCALE_WORDS),
            index=list(SCALE_WORDS).index(space.scale),
            key=f"elites.form.scale.{space.name}",
            format_func=lambda kind: SCALE_WORDS[kind],
            help="Equally full steps: each column holds equally many items of the data (quantiles). Equal steps: a "
            "straight line between the 1 % and the 99 % quantile, for scenes a quarter wider on both sides.",
        )
        seed = st.number_input("Seed", 0, 1_000_000, 0, key="elites.form.seed", width=120)
        seeds = st.number_input(
            "Runs", 1, 20, 1, key="elites.form.seeds", width=120, help="The same with the next seeds, for intervals."
        )
        baseline = st.checkbox(
            "Baselines as well",
            key="elites.form.baseline",
            help="Also run the basic algorithm and random sampling with the same seeds, to compare.",
        )
        irregular = st.checkbox(
            "Irregular cells",
            key="elites.form.cvt",
            help="As many cells, shaped around evenly spread points (a centroidal Voronoi tessellation).",
        )
    return More(scale, int(seed), int(seeds), baseline, irregular)
