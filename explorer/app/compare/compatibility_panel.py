"""Compatibility: which model may ask a gallery that another one made, and heads that are trained to stay compatible."""

import streamlit as st

from explorer.app.compare.controls import known_value, picker
from explorer.app.compare.labels import no_labels
from explorer.app.compare.view import View
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
PARTS = ["Heads on your labels", "Models of this data set"]


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
    part = st.segmented_control("What", PARTS, default=PARTS[0], key="compat_part", label_visibility="collapsed")
    column = known_value(view.labels, columns, columns[0])
    picker("Labels", "labels", columns, column, labelled=True, width=320)
    if part == PARTS[1]:
        _models(opened, column)
    else:
        _heads(opened, column)


def _heads(opened: Opened, column: str) -> None:
    row = st.columns([3, 2, 2], vertical_alignment="bottom")
    spec = row[0].selectbox("Vectors of", opened.encoders, key="compat_model")
    versions = row[1].slider("Versions", 2, 7, 4, key="compat_versions", help="Each learns more classes.")
    name = f"compat_{column}_{spec}_{versions}"
    if row[2].button("Train both kinds", type="primary", key="compat_go", width="stretch"):
        st.session_state[name] = True
    if not st.session_state.get(name):
        st.caption(
            "Trains versions of a head on frozen vectors, each from the one before on more classes (20 items a class "
            "of the old ones are rehearsed): once plainly, once with a classifier fixed to the corners of a regular "
            "simplex and the higher-order contrastive loss. Some seconds."
        )
        return
    with st.spinner("Training versions of two heads …"):
        found = service.upgrade_heads_kept(opened, column, spec, versions)
    show_upgrades(found)


def show_upgrades(found: Upgrades) -> None:
    """The matrices of all methods side by side."""
    names = [f"v{i + 1}: {seen} classes" for i, seen in enumerate(found.classes_seen)]
    for side, (way, one) in zip(st.columns(len(found.ways)), found.ways.items(), strict=True):
        with side:
            _matrix(one, names, METHODS[way].label)
    st.caption(
        f"{found.queries:,} held-out queries of all {found.classes} classes, {found.gallery:,} items in each gallery; "
        f"chance is about {1 / found.classes:.1%}. One seed: repeat with another number of versions before believing "
        "small differences."
    )


def _matrix(found: Compatibility, names: list[str], title: str) -> None:
    cards = st.columns(2)
    cards[0].metric("AC, compatible pairs", f"{found.ac:.0%}", help=AC_HELP)
    cards[1].metric("AA, average accuracy", f"{found.aa:.1f} %", help=AA_HELP)
    st.plotly_chart(compatibility_figure(found, names, title), width="stretch", key=f"compat_{title}")


def _models(opened: Opened, column: str) -> None:
    specs = list(opened.encoders)
    chosen = st.multiselect("Models, from old to new", specs, default=specs[:4], key="compat_specs")
    if len(chosen) < 2:
        st.info("Choose at least two models, the oldest first. Others are added on the home page.")
        return
    try:
        with st.spinner("Asking every gallery with every model …"):
            matrix, items = service.compare_models_kept(opened, column, tuple(chosen))
    except InputError as error:
        st.warning(str(error), icon=":material/width:")
        return
    _matrix(matrix, chosen, "Models of this data set")
    st.caption(
        f"{len(items.test):,} queries, {len(items.train):,} items in the gallery. {items.dropped} Models that were "
        "trained apart share no directions: off the diagonal they are near chance until a bridge is put between them "
        "(see “Bridge”)."
    )
