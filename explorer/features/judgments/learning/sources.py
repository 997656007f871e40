"""Which answers a model was fitted to: what its card records, and the question that comparisons with people ask."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np

from explorer.base.errors import ExplorerError, WorkspaceError
from explorer.base.memory import remembered
from explorer.features.judgments.questions import Asked, Choices
from explorer.features.judgments.splits import rows_of
from explorer.features.judgments.store import judgment_store
from explorer.heads.head import read_head
from explorer.workspace.opened import Opened

TUNED, FITTED = "tuned:", "precomputed:"


def source_of(opened: Opened, campaign: str, asked: Asked) -> dict[str, str | int]:
    """What a card records of the answers `asked` of a campaign that a model is fitted to.

    campaign and answers: whose, and how many. last_event: number of the newest event of the store at that time.
    answers_hash: of questions, answers and people, equal for equal answers. workspace, ids_hash: whose campaign.
    """
    return {
        "campaign": campaign,
        "answers": len(asked),
        "last_event": judgment_store(opened.workspace).last_event(),
        "answers_hash": _hash(asked),
        "workspace": opened.workspace.name,
        "ids_hash": opened.dataset.ids_hash,
    }


@remembered(256)
def learned_from(opened: Opened, spec: str) -> frozenset[str]:
    """Names of the campaigns of this workspace whose answers the model `spec` was fitted to; none for most models.

    A model that was tuned on top of another one learned from what that one did, too. What cannot be read
    says nothing.
    """
    found: set[str] = set()
    seen: set[str] = set()
    while spec.startswith(TUNED) and spec not in seen:
        seen.add(spec)
        try:
            head = read_head(spec.removeprefix(TUNED))
        except ExplorerError:
            break
        if _from_here(opened, head.card):
            found |= _campaigns(head.card)
        spec = head.encoder
    if spec.startswith(FITTED) and spec in opened.encoders:
        found |= _campaigns(settings_of(opened, spec))
    return frozenset(found)


def settings_of(opened: Opened, spec: str) -> Mapping[str, Any]:
    """What is kept with the vectors under `spec`; nothing where they are damaged."""
    try:
        return opened.embeddings(spec).settings
    except WorkspaceError:
        return {}


def _campaigns(card: Mapping[str, Any]) -> set[str]:
    name = card.get("campaign")
    return {name} if name and isinstance(name, str) else set()


def _from_here(opened: Opened, card: Mapping[str, Any]) -> bool:
    """Whether the answers are of this workspace, which may have got another name or other items since."""
    return card.get("workspace") == opened.workspace.name or card.get("ids_hash") == opened.dataset.ids_hash


def _hash(asked: Asked) -> str:
    given = asked.choice if isinstance(asked, Choices) else asked.value
    digest = blake2b("\n".join([asked.task, *asked.people]).encode(), digest_size=16)
    for array in (rows_of(asked), asked.question, given, asked.person):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
