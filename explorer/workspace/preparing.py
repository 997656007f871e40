"""Embed, index and map in one go, and which of these a workspace still lacks."""

from collections.abc import Sequence
from typing import Any

from explorer.base.errors import ExplorerError, InputError, WorkspaceError
from explorer.base.progress import Progress
from explorer.encoders import canonical
from explorer.io.sqlite import has_full_text
from explorer.workspace.damage import OWN, discard_damaged
from explorer.workspace.folder import Workspace
from explorer.workspace.index_report import is_current
from explorer.workspace.mapping import MAP_METHODS, whole_manifest

TEXT_DEFAULT = "sentence"


def default_encoder(workspace: Workspace) -> str:
    """The model for a workspace: pocket where there are images, MiniLM for texts alone, else the user's own vectors."""
    dataset = workspace.dataset()
    if dataset.has_images:
        return "pocket"
    if dataset.has_texts:
        return canonical(TEXT_DEFAULT)
    own = workspace.encoders()
    if not own:
        raise InputError(f"{workspace.name} has neither images nor texts nor vectors: there is nothing to embed.")
    return own[0]


def choose_encoder(workspace: Workspace, spec: str) -> str:
    """`spec` in its one spelling, or the default for this workspace when it is ""."""
    return canonical(spec) if spec else default_encoder(workspace)


def missing_steps(workspace: Workspace, spec: str = "") -> list[str]:
    """Which of "embed", "index" and "map" have to run for a model; without `spec`, for the first model to be ready."""
    if not spec and any(not missing_steps(workspace, one) for one in workspace.encoders()):
        return []
    chosen = choose_encoder(workspace, spec)
    try:
        workspace.embeddings(chosen)
        made = workspace.manifest_of("embeddings", chosen)
    except WorkspaceError:
        return ["embed", "index", "map"]
    changed = len(workspace.changed_rows(chosen)) and not chosen.startswith(OWN)
    if changed or _other_weights(chosen, made):
        return ["embed", "index", "map"]
    steps = [] if is_current(workspace, chosen) else ["index"]
    maps = [whole_manifest(workspace, chosen, method) for method in MAP_METHODS]
    has_map = any(one.get("embeddings") == made.get("created") for one in maps)
    return steps if has_map else [*steps, "map"]


def state_words(workspace: Workspace, spec: str, missing: Sequence[str]) -> str:
    """Why a model is not up to date, "" when it is. missing: its `missing_steps`."""
    changed = len(workspace.changed_rows(spec))
    if changed and spec.startswith(OWN):
        return f"{changed:,} changed and without a vector: import the source with their vectors"
    if not missing:
        return ""
    return "not up to date" + (f": {changed:,} changed" if changed else "")


def _is_known(spec: str) -> bool:
    """False for the name of a folder whose model nobody knows any more."""
    try:
        return bool(canonical(spec))
    except ExplorerError:
        return False


def _other_weights(spec: str, made: dict[str, Any]) -> bool:
    """True when the vectors were made by other weights of pocket than those that ship, or lie in its folder, now."""
    from explorer.encoders.pocket import PocketFiles

    name, _, argument = spec.partition(":")
    files = PocketFiles.named(argument)
    if name != "pocket" or not files.manifest.is_file():
        return False
    return bool(made.get("settings", {}).get("weights") != files.stated())


def prepare(workspace: Workspace, spec: str, *, method: str = "umap", progress: Progress) -> str:
    """Run all steps for one model; what is done and up to date already is reused, what is damaged is made anew.

    Returns a sentence on the result.
    """
    from explorer.workspace.backdrop import keep_backdrop
    from explorer.workspace.embedding import embed
    from explorer.workspace.indexing import build_index
    from explorer.workspace.item_hubs import keep_correction
    from explorer.workspace.keywords import build_keywords
    from explorer.workspace.mapping import build_map
    from explorer.workspace.measuring import measure_pictures

    chosen = choose_encoder(workspace, spec)
    discard_damaged(workspace)
    if not chosen.startswith(OWN):
        counts = str(embed(workspace, chosen, progress=progress))
    else:
        counts = "the vectors are your own"
    build_index(workspace, chosen, progress=progress)
    keep_backdrop(workspace, chosen)
    if has_full_text():
        build_keywords(workspace, progress=progress)
    keep_correction(workspace, chosen, progress)
    build_map(workspace, chosen, method=method, progress=progress)
    measure_pictures(workspace, progress=progress)
    return f"{workspace.name} is ready for {chosen}: {counts}."


def prepare_all(workspace: Workspace, progress: Progress) -> list[str]:
    """Run all steps for every model that the workspace has, the default one included; a sentence each."""
    damaged = [one.spec for one in discard_damaged(workspace) if one.kind == "embeddings"]
    specs = list(dict.fromkeys([*workspace.encoders(), *filter(_is_known, damaged)]))
    if all(spec.startswith(OWN) for spec in specs):
        specs = list(dict.fromkeys([*specs, default_encoder(workspace)]))
    return [prepare(workspace, spec, progress=progress) for spec in specs]
