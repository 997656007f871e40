"""Compatibility: which model may ask a gallery that another one made, and heads that are trained to stay compatible."""

from collections.abc import Sequence

import streamlit as st

from explorer.app.compare.controls import bound, known_value, picker
from explorer.app.compare.labels import no_labels
from explorer.app.compare.view import ADDRESS, PARTS, VERSIONS, View
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.base.errors import InputError
from explorer.features.replacing import service
from explorer.features.replacing.compatibility.matrix import Compatibility
from explorer.features.replacing.compatibility.versions import Upgrades
from explorer.features.replacing.contract import METHODS
from explorer.features.replacing.figures import compatibility_figure
from explorer.workspace.opened import Opened

AC_HELP = (
    "Average compatibility: of all pairs of an older and a newer model, the share where the newer one asking the OLD "
    "gallery is right more often than the old model asking its own (strictly)."
)
AA_HELP = (
    "Average accuracy: mean of the lower triangle with the diagonal (a model asks its own and all older galleries)."
)
PART_NAMES = {"heads": "Heads on your labels", "models": "Models of this data set"}
KEPT = " The result opens by itself and is kept."
FIRST = 4
"""So many models are asked when nobody has chosen."""


def compatibility_panel(opened: Opened, view: View) -> None:
    """The panel."""
    st.markdown(
        "A gallery of vectors was made by an old model. May a new model ask it, without making every vector again? "
        "A query counts as right when the nearest class template (mean of the class in the gallery, cosine) is its "
        "own. **Row: the model of the query. Column: the model of the gallery.** ✓: the new model does better in the "
        "old gallery than the old model did."
    )
    columns = service.label_columns(opened)
    if not columns:
        st.info(no_labels("Compatibility"))
        return
    st.segmented_control(
        "What",
        PARTS,
        format_func=PART_NAMES.__getitem__,
        key="compat_part",
        required=True,
        label_visibility="collapsed",
        on_change=bound("part", "compat_part", view.part),
    )
    column = known_value(view.labels, columns, columns[0])
    picker("Labels", "labels", columns, column, labelled=True, width=320)
    if view.part == "models":
        _models(opened, view, column)
    else:
        _heads(opened, view, column)


def _heads(opened: Opened, view: View, column: str) -> None:
    row = st.columns([3, 2, 2], vertical_alignment="bottom")
    spec = known_value(view.vectors, opened.encoders, opened.encoders[0])
    with row[0]:
        picker("Vectors of", "vectors", opened.encoders, spec, labelled=True)
    row[1].slider(
        "Versions",
        VERSIONS[0],
        VERSIONS[-1],
        key="compat_versions",
        on_change=bound("versions", "compat_versions", view.versions),
        help="Each learns more classes.",
    )
    what = service.Upgrading(column=column, spec=spec, versions=view.versions, items=service.DRAWN)
    found = service.load_upgrades(opened, what)
    if found is None and work_button(
        "Train both kinds",
        type="primary",
        place=row[2],
        key="compat_go",
        width="stretch",
        disabled=running(opened.workspace),
    ):
        args = _command(opened, column, [spec], what.items)
        start_job(opened.path, [*args, "--versions", str(what.versions)], f"Train versions of heads on {column}")
    show_jobs(opened.workspace)
    if found is None:
        st.caption(
            "Trains versions of a head on frozen vectors, each from the one before on more classes (20 items a class "
            "of the old ones are rehearsed): once plainly, once with a classifier fixed to the corners of a regular "
            "simplex and the higher-order contrastive loss. Some seconds." + KEPT
        )
        return
    show_upgrades(found)


def _command(opened: Opened, column: str, specs: Sequence[str], items: int) -> list[str]:
    models = [part for spec in specs for part in ("--model", spec)]
    return ["compare", "compatibility", str(opened.path), "--labels", column, *models, "--items", str(items)]


def show_upgrades(found: Upgrades) -> None:
    """The matrices of all methods side by side."""
    names = [f"v{i + 1}: {seen} classes" for i, seen in enumerate(found.classes_seen)]
    for side, (way, one) in zip(st.columns(len(found.ways)), found.ways.items(), strict=True):
        with side:
            _matrix(one, names, METHODS[way].label)
    st.caption(
        f"{found.queries:,} held-out queries of all {found.classes:,} classes, {found.gallery:,} items in each "
        f"gallery; chance is about {1 / found.classes:.1%}. One seed: repeat with another number of versions before "
        "believing small differences."
    )


def _matrix(found: Compatibility, names: list[str], title: str) -> None:
    cards = st.columns(2)
    cards[0].metric("AC, compatible pairs", f"{found.ac:.0%}", help=AC_HELP)
    cards[1].metric("AA, average accuracy", f"{found.aa:.1f} %", help=AA_HELP)
    st.plotly_chart(compatibility_figure(found, names, title), width="stretch", key=f"compat_{title}")


def _models(opened: Opened, view: View, column: str) -> None:
    specs = list(opened.encoders)
    chosen = [spec for spec in view.specs if spec in specs] if view.specs else specs[:FIRST]
    key = "compat_specs"
    st.session_state[key] = chosen
    st.multiselect("Models, from old to new", specs, key=key, on_change=_chosen, args=(key,))
    if len(chosen) < 2:
        st.info("Choose at least two models, the oldest first. Others are added on the home page.")
        return
    try:
        service.check_one_length(opened, chosen)
    except InputError as error:
        st.warning(plain(error), icon=":material/width:")
        return
    _galleries(opened, service.Asking(column=column, specs=tuple(chosen), items=service.DRAWN))


def _chosen(key: str) -> None:
    ADDRESS.change(specs=tuple(st.session_state[key]) or ("",))


def _galleries(opened: Opened, what: service.Asking) -> None:
    found = service.load_galleries(opened, what)
    if found is None and work_button(
        "Ask every gallery", type="primary", key="compat_models_go", disabled=running(opened.workspace)
    ):
        args = _command(opened, what.column, what.specs, what.items)
        start_job(opened.path, args, f"Ask the galleries of {len(what.specs)} models")
    show_jobs(opened.workspace)
    if found is None:
        st.caption("Asks every gallery with every model: some seconds." + KEPT)
        return
    _matrix(found.matrix, list(what.specs), PART_NAMES["models"])
    st.caption(
        f"{found.queries:,} queries, {found.gallery:,} items in the gallery. {plain(found.dropped)} Models that "
        "were trained apart share no directions: off the diagonal they are near chance until a bridge is put between "
        "them (see “Bridge”)."
    )
