"""What a participant's page asks of the server: let me in, keep these responses, what comes next. JSON both ways."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from explorer.base.dataset import ID, PATH, TEXT, Dataset
from explorer.base.errors import ExplorerError, InputError
from explorer.features.judgments.asking.coming_in import OUTSIDE, Asker, Outside, come_in
from explorer.features.judgments.asking.invitations import own_key
from explorer.features.judgments.asking.page_data import page_data
from explorer.features.judgments.asking.people import Withdrawn, withdraw_own
from explorer.features.judgments.asking.refilling import needs_refill, refill_in_background
from explorer.features.judgments.asking.tickets import read_ticket, ticket
from explorer.features.judgments.asking.way import Reply, begin, respond
from explorer.features.judgments.campaigns import campaign
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.store.asked import Question
from explorer.features.judgments.tags import tags_to_show
from explorer.workspace.folder import Workspace

LONGEST_TEXT = 4_000
Answered = tuple[int, dict[str, Any]]


def answer_page(workspace: Workspace, dataset: Dataset, body: object) -> Answered:
    """HTTP status and JSON for {"ticket", "responses": [...], "wanted"}; see `way.respond`.

    With "withdraw": true, all that is known of the person is deleted.

    400 when the request cannot be read or the person withdrew, 503 when the store is busy: try again.
    """
    try:
        if not isinstance(body, Mapping) or not isinstance(body.get("responses", []), list):
            raise InputError("Expected an object with a ticket and a list of responses.")
        store = judgment_store(workspace)
        name, person = read_ticket(store, str(body.get("ticket", "")))
        if body.get("withdraw") is True:
            withdraw_own(store, name, person)
            return 200, {"state": "withdrawn"}
        store.stay_open()
        responses = [one for one in body.get("responses", []) if isinstance(one, Mapping)]
        reply = respond(store, name, person, responses, wanted=_wanted(body))
        return 200, _reply(workspace, dataset, Visit(store, reply.campaign, person), reply)
    except Withdrawn as error:
        return 400, {"state": "withdrawn", "message": str(error)}
    except InputError as error:
        return 400, {"state": "refused", "message": str(error)}
    except ExplorerError as error:
        return 503, {"state": "busy", "message": str(error)}


def join_page(workspace: Workspace | None, dataset: Dataset | None, body: object, asker: Asker) -> Answered:
    """HTTP status and JSON for {"campaign", ...}; see `coming_in.come_in`. Without a workspace nobody is let in.

    401 for those who are not let in, and 403 when what they gave is wrong: the same for what does not exist.
    """
    given = body if isinstance(body, Mapping) else {}
    try:
        if workspace is None or dataset is None:
            raise InputError("There is no such data.")
        store = judgment_store(workspace)
        found = campaign(store, str(given.get("campaign", "")))
        person = come_in(store, found, given, asker)
        start = begin(store, found.name, person.key)
        told = page_data(found, str(given.get("language") or person.language)) | {
            "ticket": ticket(found, person.key),
            "own": own_key(found, person.key),
            "start": asdict(start),
            "practice": _practice(workspace, dataset, found),
        }
        return 200, {"state": "in", **told}
    except Outside as out:
        return 403 if out.wrong else 401, {"state": out.state, "message": str(out), "wrong": out.wrong}
    except InputError as error:
        wrong = any(given.get(name) for name in ("key", "code", "who", "own"))
        shown = str(error) if asker.trusted or given.get("who") or given.get("own") else OUTSIDE
        return 403 if wrong else 401, {"state": "code", "message": shown, "wrong": wrong}
    except ExplorerError as error:
        return 503, {"state": "busy", "message": str(error)}


def _practice(workspace: Workspace, dataset: Dataset, found: Campaign) -> list[dict[str, Any]]:
    questions = found.settings.study.practice
    items = _items(workspace, dataset, (item for one in questions for item in one.items), found.settings.show)
    return [
        {"trial": f"practice.{number}", "items": [items[item] for item in one.items], "answer": one.answer, "tags": []}
        | {"explain": one.explain}
        for number, one in enumerate(questions)
    ]


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
    choosing = reply.state == "open" and needs_refill(visit.store, visit.campaign)
    if choosing:
        refill_in_background(visit.store, visit.campaign.name)
    tags = _tags(visit, reply.questions)
    shown = (item for one in reply.questions for item in one.items)
    items = _items(workspace, dataset, shown, visit.campaign.settings.show)
    told = {name: getattr(reply, name) for name in ("state", "answered", "total", "last", "condition", "completion")}
    return told | {
        "finished": reply.finished and not choosing,
        "acknowledged": [asdict(one) for one in reply.acknowledged],
        "steps": list(reply.steps),
        "after": list(reply.after),
        "questions": [
            {
                "trial": one.trial,
                "items": [items[item] for item in one.items],
                "repeat": bool(one.repeat_of),
                "tags": tags.get(one.items[0], []),
            }
            for one in reply.questions
        ],
        "wait": choosing and not reply.questions and not reply.steps,
    }


def _tags(visit: Visit, questions: Sequence[Question]) -> dict[str, list[str]]:
    """By item the tags that the person is to rate; none where a campaign asks something else."""
    name, person = visit.campaign.name, visit.person
    if visit.campaign.settings.task != "tags" or not questions:
        return {}
    with visit.store.connect() as connection:
        return {one.items[0]: tags_to_show(connection, name, one.items[0], person) for one in questions}


def _items(workspace: Workspace, dataset: Dataset, shown: Iterable[str], show: str) -> dict[str, dict[str, Any]]:
    """What a card needs of each item. missing: the item is no longer in the data, or its picture is gone."""
    wanted = list(dict.fromkeys(shown))
    found = {item: {"id": item, "row": -1, "image": False, "text": "", "missing": True} for item in wanted}
    rows = dataset.places_of(wanted)
    rows = rows[rows >= 0]
    cells = dataset.table.select([ID, PATH, TEXT]).take(rows).to_pylist()
    there = workspace.images_there(values[PATH] for values in cells)
    for row, values, is_there in zip(rows.tolist(), cells, there, strict=True):
        path, text = values[PATH], values[TEXT][:LONGEST_TEXT]
        if path and text and show != "both":
            path, text = (path, "") if show == "images" else ("", text)
        missing = bool(path) and not is_there
        found[values[ID]] = {"id": values[ID], "row": row, "image": bool(path), "text": text, "missing": missing}
    return found
