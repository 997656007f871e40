"""Layers of one's own network: an uploaded zip, or a folder below the data root, becomes one that Compare knows."""

from pathlib import Path

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.app.home.upload import kept_upload
from explorer.base.errors import ExplorerError, InputError
from explorer.base.settings import below_data_root, check_name, data_root
from explorer.features.compare.brought import POSITIONS
from explorer.features.compare.networks import network, network_names
from explorer.workspace.opened import Opened

FILE = "A zip of the folder, or an .npz with an array “ids”"
WAYS = ["Upload a zip", "A folder on this computer"]
WHAT = (
    "A folder with **one array a layer** (.npy; or .npz, .safetensors), a row an item, and **ids.txt** with the id of "
    "each row. layers.txt gives the order, else it is natural. In Python `ex.activations(model, images, layers=…)` "
    "writes such a folder."
)
KEEPS = "Stitching position by position needs them; they take as much room as the files."


def bring_layers(opened: Opened) -> None:
    """A panel that folds out: the form, and what was brought so far."""
    names = network_names(opened.workspace)
    with st.expander("Bring layers of your own network", icon=":material/upload:", expanded=False):
        st.markdown(WHAT)
        for name in names:
            st.caption(plain(network(opened.workspace, name).sentence))
        source = _source()
        if source is not None:
            _offer(opened, source)


def _source() -> Path | None:
    """The file that was uploaded or the folder that was named, None while there is none."""
    way = WAYS[0]
    if data_root() is not None:
        way = st.segmented_control("From", WAYS, default=WAYS[0], required=True, key="layers.way") or WAYS[0]
    return kept_upload(FILE, ["zip", "npz"], "layers.file") if way == WAYS[0] else _named()


def _named() -> Path | None:
    text = st.text_input(f"Folder below {plain(str(data_root()))}", key="layers.path", placeholder="networks/resnet20")
    if not text.strip():
        return None
    try:
        return below_data_root(text)
    except ExplorerError as error:
        st.error(plain(error))
        return None


def _offer(opened: Opened, source: Path) -> None:
    """Name it, choose about positions, start."""
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    name = left.text_input("Name", source.stem[:80], key=f"layers.name.{source.name}").strip()
    positions = middle.selectbox(
        "Positions of (n, c, h, w)",
        list(POSITIONS),
        format_func=POSITIONS.__getitem__,
        key="layers.positions",
        help=KEEPS,
    )
    problem = _problem(name)
    if problem:
        st.warning(plain(problem))
    if work_button(
        "Bring",
        type="primary",
        place=right,
        key="layers.go",
        width="stretch",
        disabled=bool(problem) or running(opened.workspace),
    ):
        args = ["layers", "add", str(opened.path), str(source), "--name", name, "--positions", positions]
        start_job(opened.path, args, f"Layers of {name}")


def _problem(name: str) -> str:
    """Why a network cannot be called so, "" when it can."""
    try:
        check_name(name)
    except InputError as error:
        return str(error)
    return ""
