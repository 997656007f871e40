"""What the Compare page computes, cached by small strings: workspace, encoders, layers, measure, number of items."""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.features.compare.layers import Activations, layer_pair, layer_scores, load_layers
from explorer.features.compare.movers import Movers, find_movers
from explorer.features.compare.resampling import Score, score_pair
from explorer.features.compare.service import Aligned, Matrix, aligned, score_matrix
from explorer.workspace.folder import Workspace

QUICK, QUICK_REPLICATES = ("cka_debiased", "mutual_knn", "cknna"), 50


@st.cache_resource(max_entries=8, show_spinner="Matching the items …")
def pair(path: str, key: str, a: str, b: str, items: int) -> Aligned:
    """Vectors of the same items under both models."""
    return aligned(Workspace.open(Path(path)), a, b, most=items)


@st.cache_data(max_entries=32, show_spinner="Comparing, with shuffled and halved items …")
def quick_scores(path: str, key: str, a: str, b: str, items: int) -> list[Score]:
    """The scores that take only seconds."""
    found = pair(path, key, a, b, items)
    return score_pair(found.x, found.y, QUICK, replicates=QUICK_REPLICATES)


@st.cache_data(max_entries=32, show_spinner="Comparing the models …")
def matrix(path: str, key: str, encoders: tuple[str, ...], measure: str, items: int) -> Matrix:
    """Every model against every other."""
    return score_matrix(Workspace.open(Path(path)), encoders, measure, items=items)


def activations(path: str, key: str, spec: str, items: int) -> Activations | None:
    """The kept activations of a model, None when there are none yet."""
    return load_layers(Workspace.open(Path(path)), spec, items)


@st.cache_data(max_entries=64, show_spinner="Comparing every layer with every layer …")
def layers(path: str, key: str, a: str, b: str, measure: str, items: int) -> NDArray[Any]:
    """Scores of every layer of a against every layer of b."""
    left, right = _both(path, key, a, b, items)
    return layer_scores(left, right, measure)


@st.cache_resource(max_entries=16, show_spinner="Finding the items whose neighbours changed …")
def movers(
    path: str, key: str, a: str, b: str, cell: tuple[str, str] | None, items: int
) -> tuple[NDArray[np.int64], Movers]:
    """Row numbers of the items, and what happened to each between the two models, or two layers of them."""
    if cell is None:
        found = pair(path, key, a, b, items)
        return found.rows, find_movers(found.x, found.y)
    rows, x, y = layer_pair(*_both(path, key, a, b, items), *cell)
    return rows, find_movers(x, y)


def _both(path: str, key: str, a: str, b: str, items: int) -> tuple[Activations, Activations]:
    found = [activations(path, key, spec, items) for spec in (a, b)]
    if found[0] is None or found[1] is None:
        raise FileNotFoundError("activations are asked for before they were made")
    return found[0], found[1]
