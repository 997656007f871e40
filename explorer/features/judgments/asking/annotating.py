"""What a person's page asks of the server: keep these responses, and say what comes next. JSON in, JSON out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.base.dataset import ID, PATH, TEXT, Dataset
from explorer.base.errors import ExplorerError, InputError
from explorer.features.judgments.asking.refilling import needs_refill, refill_in_background
from explorer.features.judgments.asking.tickets import read_ticket
from explorer.features.judgments.asking.way import ClosedError, Reply, respond
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.store.asked import Question
from explorer.features.judgments.tags import tags_to_show
from explorer.workspace.folder import Workspace

LONGEST_TEXT = 4_000


def answer_page(workspace: Workspace, dataset: Dataset, body: object) -> tuple[int, dict[str, Any]]:
    """HTTP status and JSON for {"ticket", "responses": [...], "wanted"}; see `way.respond`.

    409 when the campaign is closed, 400 when the request cannot be read, 503 when the store is busy: try again.
    """
    try:
        if not isinstance(body, Mapping) or not isinstance(body.get("responses", []), list):
            raise InputError("Expected an object with a ticket and a list of responses.")
        store = judgment_store(workspace)
        found, person = read_ticket(store, str(body.get("ticket", "")))
        store.stay_open()
        responses = [one for one in body.get("responses", []) if isinstance(one, Mapping)]
        reply = respond(store, found.name, person, responses, wanted=_wanted(body))
        return 200, _reply(workspace, dataset, Visit(store, found, person), reply)
    except ClosedError as error:
        return 409, {"state": "closed", "message": str(error)}
    except InputError as error:
        return 400, {"state": "refused", "message": str(error)}
    except ExplorerError as error:
        return 503, {"state": "busy", "message": str(error)}


def _wanted(body: Mapping[str, Any]) -> int:
    wanted = body.get("wanted", 4)
    return wanted if isinstance(wanted, int) and 0 <= wanted <= 10 else 4


@dataclass(frozen=True)
class Visit:
    """Who asks, and in which campaign."""

    store: Store
    campaign: Campaign
    person: str


def _reply(workspace: Workspace, dataset: Dataset, visit: Visit, reply: Reply) -> dict[str, Any]:
    choosing = needs_refill(visit.store, visit.campaign)
    if choosing:
        refill_in_background(visit.store, visit.campaign.name)
    tags = _tags(visit, reply.questions)
    items = _items(workspace, dataset, reply.questions, visit.campaign.settings.show)
    return {
        "state": "open",
        "acknowledged": list(reply.acknowledged),
        "questions": [
            {
                "trial": one.trial,
                "items": [items[item] for item in one.items],
                "repeat": bool(one.repeat_of),
                "tags": tags.get(one.items[0], []),
            }
            for one in reply.questions
        ],
        "answered": reply.answered,
        "total": reply.total,
        "last": reply.last,
        "wait": choosing and not reply.questions,
    }


def _tags(visit: Visit, questions: tuple[Question, ...]) -> dict[str, list[str]]:
    """By item the tags that the person is to rate; none where a campaign asks something else."""
    name, person = visit.campaign.name, visit.person
    if visit.campaign.settings.task != "tags" or not questions:
        return {}
    with visit.store.connect() as connection:
        return {one.items[0]: tags_to_show(connection, name, one.items[0], person) for one in questions}


def _items(
    workspace: Workspace, dataset: Dataset, questions: tuple[Question, ...], show: str
) -> dict[str, dict[str, Any]]:
    """What a card needs of each item. missing: the item is no longer in the data, or its picture is gone."""
    wanted = list(dict.fromkeys(item for one in questions for item in one.items))
    found = {item: {"id": item, "row": -1, "image": False, "text": "", "missing": True} for item in wanted}
    try:
        rows = dataset.rows_of(wanted)
    except InputError:
        known = set(dataset.ids)
        wanted = [item for item in wanted if item in known]
        rows = dataset.rows_of(wanted)
    table = dataset.table.select([ID, PATH, TEXT]).take(rows)
    for row, values in zip(rows.tolist(), table.to_pylist(), strict=True):
        path, text = values[PATH], values[TEXT][:LONGEST_TEXT]
        if path and text and show != "both":
            path, text = (path, "") if show == "images" else ("", text)
        gone = bool(path) and not workspace.image_path(path).is_file()
        found[values[ID]] = {"id": values[ID], "row": row, "image": bool(path), "text": text, "missing": gone}
    return found
