"""A workspace in one state, with what of it is in memory: one for each workspace and process, shared by all threads."""

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import WorkspaceError
from explorer.base.memory import Memory, remembered
from explorer.base.weights import same_weights
from explorer.encoders.base import Encoder
from explorer.encoders.pool import POOL
from explorer.index import Index, QueryKind
from explorer.io.tag_names import tag_column
from explorer.workspace.added_columns import column_store, with_columns
from explorer.workspace.folder import Workspace
from explorer.workspace.index_reading import index_or_exact
from explorer.workspace.index_report import EXACT, IndexReport, load_report
from explorer.workspace.mapping import MAP_METHODS, Map, load_map, whole_manifest
from explorer.workspace.measuring import load_measured, measure_pictures
from explorer.workspace.preferred import default_model
from explorer.workspace.tag_store import TagStore
from explorer.workspace.tags import tag_counts, tag_store, with_tags

AT_FIRST_USE = 500
"""So many pictures are measured within a second or two."""


class Opened:
    """What the pages and the library work on. Make one with `open_shared`; what it gives must not be changed.

    workspace: its folder. key: changes with anything of data set, vectors, indexes and maps. tags: changes with the
    tags of the items. memory: results of functions marked `remembered`, for as long as the workspace has this key.
    """

    def __init__(self, workspace: Workspace, key: str, tags: int = 0, memory: Memory | None = None) -> None:
        self.workspace, self.key, self.tags = workspace, key, tags
        self.memory = memory or Memory()

    def with_tags(self, tags: int) -> "Opened":
        """The same after a change of tags; all is kept that does not depend on them."""
        return Opened(self.workspace, self.key, tags, self.memory)

    @property
    def name(self) -> str:
        """Name of the folder, as addresses have it."""
        return self.workspace.path.name

    @property
    def path(self) -> Path:
        """Folder of the workspace."""
        return self.workspace.path

    @cached_property
    def dataset(self) -> Dataset:
        """The items as they were imported, memory-mapped, and the columns that people accepted: what models, maps and
        features work on.
        """
        return with_columns(self.workspace.dataset(), column_store(self.workspace))

    @cached_property
    def tagged(self) -> Dataset:
        """The items with a column of the tags that people put on them: what is filtered, shown and exported."""
        return with_tags(self.dataset, self.tag_store)

    @property
    def tag_store(self) -> TagStore:
        """The tags."""
        return tag_store(self.workspace)

    @property
    def tag_column(self) -> str:
        """Name of the column of tags, which there is as soon as an item has one."""
        return tag_column(self.dataset.table.column_names)

    def tag_counts(self) -> dict[str, int]:
        """Every tag with the number of items that have it, the commonest first."""
        return tag_counts(self.tagged, self.dataset, self.tag_store)

    @cached_property
    def encoders(self) -> tuple[str, ...]:
        """Specs of the encoders with finished vectors, the oldest first."""
        return tuple(self.workspace.encoders())

    @remembered(16)
    def embeddings(self, spec: str) -> Embeddings:
        """Vectors of the items under an encoder; WorkspaceError when they are missing or out of date."""
        return self.workspace.embeddings(spec)

    @remembered(1)
    def pixels(self) -> NDArray[np.float16] | None:
        """(n, k) numbers measured on the pictures, NaN without one, as `pictures.measured.FIELDS` names them.

        Few pictures are measured at first use. None for many that Prepare has not measured yet, or without pictures.
        """
        if not self.dataset.has_images:
            return None
        found = load_measured(self.workspace)
        if found is None and len(self.dataset) <= AT_FIRST_USE:
            with suppress(WorkspaceError):  # where nothing may be written they are not measured
                measure_pictures(self.workspace)
            found = load_measured(self.workspace)
        return found

    @remembered(8)
    def index(self, spec: str) -> Index:
        """The search index under an encoder; exact search where there is none that can be used."""
        return index_or_exact(self.workspace, spec)

    @remembered(32)
    def index_report(self, spec: str) -> IndexReport | None:
        """What building the index measured; None where every item is compared."""
        return None if self.index(spec).name == "exact" else load_report(self.workspace, spec)

    def recall_words(self, spec: str, kind: QueryKind) -> str:
        """How complete the answer to a query of this kind is: what was measured, or that every item is compared."""
        report, problem = self.index_report(spec), getattr(self.index(spec), "problem", "")
        if problem:
            return f"{EXACT} {problem}"
        return report.sentence(kind) if report else EXACT

    @remembered(32)
    def map_methods(self, spec: str) -> tuple[str, ...]:
        """Methods of the maps of an encoder, the preferred one first."""
        return tuple(method for method in MAP_METHODS if whole_manifest(self.workspace, spec, method))

    @remembered(8)
    def map(self, spec: str, method: str) -> Map:
        """The map under an encoder by "umap" or "pca"; WorkspaceError when there is none."""
        return load_map(self.workspace, spec, method)

    def encoder(self, spec: str) -> Encoder:
        """The loaded encoder whose weights made the vectors; WorkspaceError when they are other ones.

        Waits while it loads; ModelError when it cannot be loaded. One that was trained again since it was loaded is
        loaded anew.
        """
        vectors = self.embeddings(spec)
        encoder = POOL.get(spec)
        if not same_weights(vectors.settings.get("weights", ""), encoder.fingerprint):
            self._forget_once(spec, encoder.fingerprint)
            encoder = POOL.get(spec)
        vectors.check_weights(encoder.fingerprint)
        return encoder

    @remembered(8)
    def _forget_once(self, spec: str, fingerprint: str) -> None:
        POOL.forget(spec)

    def best_encoder(self, wanted: str = "") -> str:
        """`wanted` where there are vectors of it, else the chosen default, else pocket, else the oldest.

        WorkspaceError when there are no vectors.
        """
        if not self.encoders:
            raise WorkspaceError(f"{self.name} has no vectors yet: run `explorer prepare {self.name}`.")
        liked = (wanted, default_model(self.workspace), "pocket", self.encoders[0])
        return next(spec for spec in liked if spec in self.encoders)


_OPENED: dict[Path, Opened] = {}
_LOCK = Lock()
MOST_OPEN = 4


def joint_key(key: str, columns: int) -> str:
    """The key of a workspace with so many changes of its accepted columns; the workspace's own before the first."""
    return f"{key}.{columns}" if columns else key


def open_shared(path: Path) -> Opened:
    """The workspace at `path` as it is now on disk; the same object for all who ask until anything in it changes.

    WorkspaceError when there is none, or it is damaged.
    """
    workspace = Workspace.open(path).pin()
    key, tags = joint_key(workspace.key, column_store(workspace).version()), tag_store(workspace).version()
    with _LOCK:
        known = _OPENED.pop(workspace.path, None)
        opened = known if known is not None and known.key == key else Opened(workspace, key, tags)
        opened = opened if opened.tags == tags else opened.with_tags(tags)
        _OPENED[workspace.path] = opened
        while len(_OPENED) > MOST_OPEN:
            del _OPENED[next(iter(_OPENED))]
        return opened
