"""All caches of the app, keyed by small strings and numbers; what they hold is read-only and shared by sessions."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from explorer.base.arrays import Floats
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import ExplorerError
from explorer.base.settings import workspace_folder
from explorer.workspace.folder import Workspace

if TYPE_CHECKING:
    from explorer.encoders import Encoder
    from explorer.features.elites.view import OpenRun
    from explorer.index import Index
    from explorer.workspace.mapping import Map

EncoderState = Literal["ready", "loading", "failed"]
MODELS_IN_MEMORY = 3


def get_workspace(name: str) -> Workspace:
    """The workspace of this name as it is now on disk; WorkspaceError when there is none."""
    return Workspace.open(workspace_folder(name))


def get_dataset(ws: Workspace) -> Dataset:
    """The data set of a workspace, memory-mapped, loaded once a version."""
    return _dataset(str(ws.path), f"{ws.manifest.created}-{ws.manifest.version}")


@st.cache_resource(max_entries=16, show_spinner="Opening the data …")
def _dataset(path: str, version: str) -> Dataset:
    return Workspace.open(Path(path)).dataset()


def get_embeddings(ws: Workspace, spec: str) -> Embeddings:
    """The vectors of a workspace under one encoder; WorkspaceError when they are missing or out of date."""
    return _embeddings(str(ws.path), ws.key, spec)


@st.cache_resource(max_entries=16, show_spinner="Opening the vectors …")
def _embeddings(path: str, key: str, spec: str) -> Embeddings:
    return Workspace.open(Path(path)).embeddings(spec)


def get_index(ws: Workspace, spec: str) -> "Index":
    """The search index of a workspace under one encoder; exact search where there is none that can be used."""
    return _index(str(ws.path), ws.key, spec)


@st.cache_resource(max_entries=8, show_spinner="Opening the index …")
def _index(path: str, key: str, spec: str) -> "Index":
    from explorer.workspace.indexing import index_or_exact

    return index_or_exact(Workspace.open(Path(path)), spec)


def get_map(ws: Workspace, spec: str, method: str) -> "Map":
    """The map of a workspace under one encoder, by "umap" or "pca"."""
    return _map(str(ws.path), ws.key, spec, method)


@st.cache_resource(max_entries=8, show_spinner="Opening the map …")
def _map(path: str, key: str, spec: str, method: str) -> "Map":
    from explorer.workspace.mapping import load_map

    return load_map(Workspace.open(Path(path)), spec, method)


class Models:
    """Encoders loaded one after the other in a background thread; the last few stay in memory."""

    def __init__(self, load: Callable[[str], Any]) -> None:
        self._load = load
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="models")
        self._futures: OrderedDict[str, Future[Any]] = OrderedDict()

    def want(self, spec: str) -> "Future[Any]":
        """The future encoder; loading starts when it has not yet."""
        with self._lock:
            if spec not in self._futures:
                self._futures[spec] = self._pool.submit(self._load, spec)
            self._futures.move_to_end(spec)
            while len(self._futures) > MODELS_IN_MEMORY:
                self._futures.popitem(last=False)
            return self._futures[spec]

    def forget(self, spec: str) -> None:
        """Load again when next wanted, such as after a missing file was put in place."""
        with self._lock:
            self._futures.pop(spec, None)


@st.cache_resource
def _models() -> Models:
    from explorer.encoders import load_encoder

    return Models(load_encoder)


def encoder_state(spec: str) -> EncoderState:
    """Whether an encoder can be used now. The first call starts loading in the background; nothing waits."""
    future = _models().want(spec)
    if not future.done():
        return "loading"
    return "failed" if future.exception() else "ready"


def encoder_problem(spec: str) -> str:
    """Why loading failed, as a message for the user; "" when it did not. Bugs are raised, not hidden."""
    future = _models().want(spec)
    problem = future.exception() if future.done() else None
    if problem is not None and not isinstance(problem, ExplorerError):
        raise problem
    return str(problem) if problem else ""


def retry_encoder(spec: str) -> None:
    """Try to load an encoder again."""
    _models().forget(spec)


def get_encoder(spec: str) -> "Encoder":
    """The loaded encoder; waits when it is still loading. ModelError when it cannot be loaded."""
    encoder: Encoder = _models().want(spec).result()
    return encoder


@st.cache_data(max_entries=1000, show_spinner=False)
def encode_text(spec: str, text: str) -> Floats:
    """(d,) unit vector of a text under an encoder."""
    vector: Floats = get_encoder(spec).encode_texts([text])[0]
    return vector


@st.cache_data(max_entries=200, show_spinner=False)
def encode_image(spec: str, data: bytes) -> Floats:
    """(d,) unit vector of an uploaded image file under an encoder; InputError when it is no image."""
    from explorer.io.images import read_image

    encoder = get_encoder(spec)
    vector: Floats = encoder.encode_images([read_image(data, encoder.image_side)])[0]
    return vector


def elites_run(path: str, name: str, stamp: str) -> "OpenRun":
    """A MAP-Elites run as it is on disk at `stamp`; read-only, shared with the route of its pictures."""
    from explorer.features.elites.view import opened

    return opened(Path(path), name, stamp)
