"""Tags of an item from a chain of people who rate, flag and add (STEP-Tag)."""

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.features.judgments.store import Connection
from explorer.features.judgments.store.responses import tag_answers
from explorer.features.judgments.values import Answer

MOST_FLAGS = 2


@dataclass(frozen=True)
class Tag:
    """A tag after the answers so far. rating: mean of 1 to 5, None before anybody rated it; added_by: "" if unknown."""

    text: str
    rating: float | None
    ratings: int
    flags: int
    added_by: str

    @property
    def removed(self) -> bool:
        """Whether more than two people flagged it."""
        return self.flags > MOST_FLAGS


def tags_of(answers: Iterable[Answer]) -> dict[str, list[Tag]]:
    """Tags of each item, removed ones included, in the order in which they were added; one flag or rating a person.

    answers: of the task "tags", in the order they were given. A rating counts only for a tag that was there.
    """
    added: dict[str, dict[str, str]] = {}
    rated: dict[tuple[str, str], dict[str, int]] = {}
    flagged: dict[tuple[str, str], set[str]] = {}
    for number, answer in enumerate(one for one in answers if one.task == "tags"):
        item, known = answer.items[0], added.setdefault(answer.items[0], {})
        who = answer.annotator or f"unnamed {number}"
        for tag, value in answer.answer["ratings"].items():
            if tag in known:
                rated.setdefault((item, tag), {})[who] = int(value)
        for tag in answer.answer["flags"]:
            if tag in known:
                flagged.setdefault((item, tag), set()).add(who)
        for tag in answer.answer["added"]:
            known.setdefault(tag, answer.annotator)
    return {
        item: [_tag(tag, by, rated.get((item, tag), {}), len(flagged.get((item, tag), ()))) for tag, by in tags.items()]
        for item, tags in added.items()
    }


def _tag(text: str, by: str, ratings: dict[str, int], flags: int) -> Tag:
    mean = sum(ratings.values()) / len(ratings) if ratings else None
    return Tag(text, rating=mean, ratings=len(ratings), flags=flags, added_by=by)


def kept_tags(tags: Iterable[Tag]) -> list[Tag]:
    """Tags that were not removed, the best rated first; those without a rating last, in their order."""
    return sorted((tag for tag in tags if not tag.removed), key=lambda tag: -(tag.rating or 0.0))


def tags_to_show(connection: Connection, campaign: str, item: str, person: str) -> list[str]:
    """Tags of an item that a person is to rate or flag: those of others that were not removed."""
    answers = [one for one in tag_answers(connection, campaign, item) if one.annotator != person]
    return [tag.text for tag in tags_of(answers).get(item, []) if not tag.removed]
