"""The search index of a workspace, opened; exact search where there is none that can be used."""

from pathlib import Path

from explorer.base.errors import WorkspaceError
from explorer.index import ExactIndex, Index, load_graph
from explorer.io.sums import steadily
from explorer.workspace.folder import Workspace
from explorer.workspace.index_report import KIND, load_report
from explorer.workspace.layout import MANIFEST


def load_index(ws: Workspace, spec: str) -> Index:
    """Open the index of `spec`; WorkspaceError when there is none, it is damaged, or older than the embeddings."""
    return steadily(ws.folder(KIND, spec), MANIFEST, lambda: _load(ws, spec))


def _load(ws: Workspace, spec: str) -> Index:
    folder, report, embeddings = _current_folder(ws, spec), load_report(ws, spec), ws.embeddings(spec)
    if report is None:
        raise WorkspaceError(f"The index of {spec} is of an earlier version: run `explorer index --model {spec}`.")
    if report.action == "exact":
        return ExactIndex(embeddings.vectors, embeddings.present)
    return load_graph(folder, embeddings.vectors)


def index_or_exact(ws: Workspace, spec: str) -> Index:
    """Open the index of `spec`, or exact search where there is no index that can be used."""
    try:
        return load_index(ws, spec)
    except WorkspaceError:
        embeddings = ws.embeddings(spec)
        return ExactIndex(embeddings.vectors, embeddings.present)


def _current_folder(ws: Workspace, spec: str) -> Path:
    folder = ws.folder(KIND, spec)
    if not (folder / MANIFEST).is_file():
        raise WorkspaceError(f"{ws.name} has no index of {spec}: run `explorer index --model {spec}`.")
    if ws.manifest_of(KIND, spec).get("stamp") != ws.embeddings_stamp(spec):
        raise WorkspaceError(f"The index of {spec} is older than its embeddings: run `explorer index --model {spec}`.")
    return folder
