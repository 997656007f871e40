"""Which model of a workspace is shown when nobody has picked one, and what its organisers do not want to be asked."""

from pathlib import Path
from typing import Any

from explorer.base.errors import NotThere, WorkspaceError
from explorer.base.permission import require
from explorer.io.atomic import read_json, write_json
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import PREFERRED

MODEL, NO_OFFER = "model", "no_offer"


def default_model(workspace: Workspace) -> str:
    """Spec of the chosen model, "" when none was chosen; it may have no vectors any more."""
    return str(_told(workspace).get(MODEL, ""))


def set_default_model(workspace: Workspace, spec: str) -> None:
    """From now on pages open with this model; NotThere when the workspace has no vectors of it."""
    require("run work")
    if spec not in workspace.encoders():
        raise NotThere(
            f"{workspace.name} has no vectors of {spec!r}. There are: {', '.join(workspace.encoders()) or 'none'}."
        )
    _keep(workspace, {MODEL: spec})


def wants_offers(workspace: Workspace) -> bool:
    """Whether the home page may offer a larger model."""
    return not _told(workspace).get(NO_OFFER, False)


def refuse_offers(workspace: Workspace) -> None:
    """Offer no larger model on the home page any more."""
    require("run work")
    _keep(workspace, {NO_OFFER: True})


def _told(workspace: Workspace) -> dict[str, Any]:
    try:
        found = read_json(_path(workspace))
    except WorkspaceError:
        return {}
    return found if isinstance(found, dict) else {}


def _keep(workspace: Workspace, change: dict[str, Any]) -> None:
    write_json(_path(workspace), {**_told(workspace), **change})


def _path(workspace: Workspace) -> Path:
    return workspace.path / PREFERRED
