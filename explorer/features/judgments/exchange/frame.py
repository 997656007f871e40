"""Answers as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from explorer.features.judgments.exchange.event_files import COLUMNS
from explorer.features.judgments.exclusion import Kept
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.people import labels, read_people
from explorer.features.judgments.values import Answer

if TYPE_CHECKING:
    import pandas as pd

OF_PEOPLE = ("name", "extra", "left_out")


def answers_frame(store: Store, found: Kept, *, everything: bool) -> "pd.DataFrame":
    """One row an answer, in order; the columns of the export of events but `kind`.

    everything: those that do not count as well, with the reason in `left_out`.
    items: tuple of ids. answer: as `Answer.answer`. rt_ms, confidence: NaN where unknown. passed: <NA> of all but
    attention checks. created: UTC. marks, extra: dicts.
    """
    import pandas as pd

    answers = found.everything if everything else found.answers
    known = _of_people(store, answers, found)
    names = [name for name in COLUMNS if name != "kind"]
    columns = {
        name: pd.Series(known[name] if name in OF_PEOPLE else [getattr(one, name) for one in answers], dtype=object)
        for name in names
    }
    frame = pd.DataFrame(columns, columns=names)
    types = {"rt_ms": "float64", "confidence": "float64", "is_check": "bool", "passed": "boolean"}
    frame = frame.astype(types)
    frame["created"] = pd.to_datetime(frame["created"], utc=True, format="ISO8601")
    return frame


def _of_people(store: Store, answers: Sequence[Answer], found: Kept) -> dict[str, list[Any]]:
    """The columns of OF_PEOPLE; who came with a file alone is named by their key."""
    names: dict[tuple[str, str], str] = {}
    extra: dict[tuple[str, str], dict[str, str]] = {}
    if answers:
        with store.connect() as connection:
            for campaign in {one.campaign for one in answers}:
                people, known = read_people(connection, campaign), labels(connection, campaign)
                names |= {(campaign, one.key): known.get(one.key, "") for one in people}
                extra |= {(campaign, one.key): dict(one.extra) for one in people}
    who = [(one.campaign, one.annotator) for one in answers]
    return {
        "name": [names.get(one, one[1]) for one in who],
        "extra": [extra.get(one, {}) for one in who],
        "left_out": [found.why.get(one.seq, "") for one in answers],
    }
