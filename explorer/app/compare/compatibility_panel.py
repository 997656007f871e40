"""Compatibility: which model may ask a gallery that another one made, and heads that are trained to stay compatible."""

from typing import Any

import numpy as np
import streamlit as st

from explorer.app.frame.cache import get_workspace
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.replacing.compatibility import Compatibility, compatibility_matrix, compatible_pairs
from explorer.features.replacing.figures import compatibility_figure
from explorer.features.replacing.labelled import common_rows, label_columns, labelled
from explorer.features.replacing.train_compatible import CompatSettings, Upgrades, train_upgrades
from explorer.workspace.folder import Workspace

ITEMS = 4000
AC_HELP = (
    "Average compatibility: of all pairs of an older and a newer model, the share where the newer one asking the OLD "
    "gallery is right more often than the old model asking its own (strictly)."
)
AA_HELP = (
    "Average accuracy: mean of the lower triangle with the diagonal (a model asks its own and all older galleries)."
)
PARTS = ["Heads on your labels", "Models of this data set"]


def compatibility_panel(workspace: Workspace) -> None:
    """The panel."""
    st.markdown(
        "A gallery of vectors was made by an old model. May a new model ask it, without making every vector again? "
        "A query counts as right when the nearest class template (mean of the class in the gallery, cosine) is its "
        "own. "
        "**Row: the model of the query. Column: the model of the gallery.** ✓: the new model does better in the old "
        "gallery than the old model did."
    )
    columns = label_columns(workspace)
    if not columns:
        st.info(
            "Compatibility needs labels: a column with 2 to 200 values of at least 6 items each. This data set has "
            "none."
        )
        return
    part = st.segmented_control("What", PARTS, default=PARTS[0], key="compat_part", label_visibility="collapsed")
    column = st.selectbox("Labels", columns, key="compat_labels", width=320)
    if part == PARTS[1]:
        _models(workspace, column)
    else:
        _heads(workspace, column)


def _heads(workspace: Workspace, column: str) -> None:
    row = st.columns([3, 2, 2], vertical_alignment="bottom")
    spec = row[0].selectbox("Vectors of", workspace.encoders(), key="compat_model")
    versions = row[1].slider("Versions", 2, 7, 4, key="compat_versions", help="Each learns more classes.")
    name = f"compat_{column}_{spec}_{versions}"
    if row[2].button("Train both kinds", type="primary", key="compat_go", width="stretch"):
        st.session_state[name] = True
    if not st.session_state.get(name):
        st.caption(
            "Trains versions of a head on frozen vectors, each from the one before on more classes (20 items a "
            "class of the "
            "old ones are rehearsed): once plainly, once with a classifier fixed to the corners of a regular "
            "simplex and the "
            "higher-order contrastive loss. Some seconds."
        )
        return
    show_upgrades(upgrades(workspace.path.name, workspace.key, column, spec, versions))


@st.cache_resource(max_entries=20, show_spinner="Training versions of two heads …")
def upgrades(name: str, key: str, column: str, spec: str, versions: int) -> Upgrades:
    """Both kinds of versions."""
    workspace = get_workspace(name)
    found, (vectors,) = common_rows(workspace, labelled(workspace, column, ITEMS), spec)
    settings = CompatSettings(versions=versions, corners=max(128, len(found.classes)))
    return train_upgrades(vectors, found.labels, len(found.classes), found.train, found.test, settings, Silent())


def show_upgrades(found: Upgrades) -> None:
    """Both matrices side by side."""
    names = [f"v{i + 1}: {seen} classes" for i, seen in enumerate(found.classes_seen)]
    titles = ("Plain: classifier learned anew", "Fixed simplex classifier + HOC loss")
    for side, one, title in zip(st.columns(2), (found.plain, found.simplex), titles, strict=True):
        with side:
            _matrix(one, names, title)
    st.caption(
        f"{found.queries:,} held-out queries of all {found.classes} classes, {found.gallery:,} items in each "
        "gallery; chance is "
        f"about {1 / found.classes:.1%}. One seed: repeat with another number of versions before believing small "
        "differences."
    )


def _matrix(found: Compatibility, names: list[str], title: str) -> None:
    cards = st.columns(2)
    cards[0].metric("AC, compatible pairs", f"{found.ac:.0%}", help=AC_HELP)
    cards[1].metric("AA, average accuracy", f"{found.aa:.1f} %", help=AA_HELP)
    figure = compatibility_figure(found.matrix, names, compatible_pairs(found.matrix), title)
    st.plotly_chart(figure, width="stretch", key=f"compat_{title}")


def _models(workspace: Workspace, column: str) -> None:
    specs = workspace.encoders()
    chosen = st.multiselect("Models, from old to new", specs, default=specs[:4], key="compat_specs")
    if len(chosen) < 2:
        st.info("Choose at least two models, the oldest first. Others are added on the home page.")
        return
    try:
        found, note = model_matrix(workspace.path.name, workspace.key, column, tuple(chosen))
    except InputError as error:
        st.warning(str(error), icon=":material/width:")
        return
    _matrix(found, chosen, "Models of this data set")
    st.caption(
        f"{note} Models that were trained apart share no directions: off the diagonal they are near chance until a "
        "bridge "
        "is put between them (see “Bridge”)."
    )


@st.cache_resource(max_entries=20, show_spinner="Asking every gallery with every model …")
def model_matrix(name: str, key: str, column: str, specs: tuple[str, ...]) -> tuple[Compatibility, str]:
    """Compatibility of a workspace's models as they are."""
    workspace = get_workspace(name)
    found, vectors = common_rows(workspace, labelled(workspace, column, ITEMS), *specs)
    sides: list[list[Any]] = [[one[rows] for one in vectors] for rows in (found.train, found.test)]
    matrix = compatibility_matrix(sides[0], sides[1], found.labels[found.train], found.labels[found.test])
    items = f"{len(np.asarray(found.test)):,} queries, {len(found.train):,} items in the gallery. {found.dropped}"
    return matrix, items
