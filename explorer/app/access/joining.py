"""How an annotator gets in: by the link for all, by the invitation code, or by a link of one's own."""

from collections.abc import Mapping

from explorer.app.access.passes import Invitation
from explorer.base.errors import ExplorerError, InputError
from explorer.base.settings import check_name, workspaces_root
from explorer.features.judgments.asking.invitations import is_code, is_invitation, person_of
from explorer.features.judgments.campaigns import campaign
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import judgment_store
from explorer.workspace.finding import workspace_folder
from explorer.workspace.folder import Workspace
from explorer.workspace.renamed import renamed_to

SECRETS = ("key", "who", "code")
"""Parameters of a link that let somebody in; they leave the address at the door."""


def invited_by(query: Mapping[str, str]) -> Invitation | None:
    """The campaign that the parameters of a link let into; None when they do not. The same for what does not exist."""
    try:
        name = check_name(query.get("ws", ""))
        folder = workspace_folder(renamed_to(workspaces_root(), name) or name)
        found = campaign(judgment_store(Workspace.open(folder)), query.get("campaign", ""))
        person = named_person(found, query)
    except ExplorerError:
        return None
    return Invitation(folder.name, found.name, person) if person or is_let_in(found, query) else None


def named_person(found: Campaign, query: Mapping[str, str]) -> str:
    """The person whom a personal link names, "" for another link; InputError when it is not one of this campaign."""
    return person_of(found, query["who"]) if query.get("who") else ""


def is_let_in(found: Campaign, query: Mapping[str, str]) -> bool:
    """Whether the key or the code of a link is that of the campaign."""
    if found.settings.personal:
        return False
    return is_invitation(found, query.get("key", "")) or is_code(found, query.get("code", ""))


def check_way_in(found: Campaign, query: Mapping[str, str], *, known: bool) -> bool:
    """Whether somebody who is at the page already may answer. known: the door let them in.

    InputError where the campaign wants personal links and there is none.
    """
    if found.settings.personal and not known:
        raise InputError("This campaign is answered through personal links. Ask whoever invited you for yours.")
    return known or not found.settings.code or is_let_in(found, query)
