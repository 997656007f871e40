"""What a file of judgments brings, campaign by campaign, before anything of it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from explorer.base.arrays import check_choice
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.features.judgments.campaigns import check_settings
from explorer.features.judgments.exchange.incoming import FORMATS, Incoming
from explorer.features.judgments.exchange.reading import EVENTS, Options, read_answers
from explorer.features.judgments.exchange.travelling import USUAL, person_of, settings_of, travelled_rules
from explorer.features.judgments.exclusion import Rules
from explorer.features.judgments.settings import IMPORTED, Settings, check_campaign_name
from explorer.features.judgments.store.people import Person
from explorer.features.judgments.values import Answer, to_json


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a file brings to one campaign.

    happened: (kind, answer) in order, of event_files.HAPPENED. content: a hash of who said what, whatever the order.
    travelled: whether settings and rules come from the file. created: of the campaign, "" when the file does not say.
    """

    campaign: str
    settings: Settings
    happened: list[tuple[str, Answer]]
    content: str
    numbering: str = ""
    people: list[Person] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)
    created: str = ""
    travelled: bool = False

    @property
    def answers(self) -> list[Answer]:
        """The answers among what happened."""
        return [answer for kind, answer in self.happened if kind == "answer"]


def read_brought(dataset: Dataset, path: Path, options: Options) -> tuple[list[Brought], list[str]]:
    """What a file brings, and remarks on how it was understood; InputError names file and row."""
    check_choice(options.kind, FORMATS, "format")
    if options.kind == EVENTS:
        return _of_events(dataset, path), []
    name = check_campaign_name(options.campaign or path.stem.replace("_", " "))
    incoming = read_answers(dataset, path, name, options)
    if not incoming.answers:
        raise InputError(" ".join([f"{path.name}: expected at least one answer, got none.", *incoming.remarks]))
    settings = Settings(
        task=incoming.answers[0].task, sampler=IMPORTED, scale=incoming.scale or USUAL, source=path.name, resume="block"
    )
    found = Brought(
        campaign=name,
        settings=settings,
        happened=[("answer", _with_content(answer)) for answer in incoming.answers],
        content=content_of(incoming.answers),
        numbering=incoming.numbering,
    )
    return [found], incoming.remarks


def _of_events(dataset: Dataset, path: Path) -> list[Brought]:
    incoming = read_answers(dataset, path, "", Options(kind=EVENTS))
    known = set(dataset.ids)
    for number, answer in enumerate(incoming.answers, 1):
        unknown = [item for item in answer.items if item not in known]
        if unknown:
            raise InputError(
                f"{path.name}, answer {number} (trial {answer.trial}): there is no item with the id {unknown[0]!r}."
            )
    names = dict.fromkeys([*incoming.settings, *(one.campaign for one in incoming.answers)])
    if not names:
        raise InputError(f"{path.name}: expected at least one answer, got none.")
    return [_of_campaign(check_campaign_name(name), incoming, path) for name in names]


def _of_campaign(name: str, incoming: Incoming, path: Path) -> Brought:
    happened = [
        (kind, answer) for kind, answer in zip(incoming.kinds, incoming.answers, strict=True) if answer.campaign == name
    ]
    return Brought(
        campaign=name,
        settings=check_settings(settings_of(name, incoming, path.name)),
        happened=happened,
        content=content_of([answer for kind, answer in happened if kind == "answer"]),
        people=[person_of(line, path.name) for line in incoming.people if line["campaign"] == name],
        rules=travelled_rules(name, incoming, path.name),
        created=incoming.settings.get(name, {}).get("created", ""),
        travelled=name in incoming.settings,
    )


def content_of(answers: Sequence[Answer]) -> str:
    """A hash of who said what about which items, whatever the order of the answers."""
    total = blake2b(digest_size=16)
    for text in sorted(to_json([answer.task, *_said_by(answer)]) for answer in answers):
        total.update(text.encode() + b"\n")
    return total.hexdigest()


def _said_by(answer: Answer) -> list[Any]:
    return [answer.annotator, list(answer.items), answer.answer]


def _with_content(answer: Answer) -> Answer:
    """The answer under a trial that tells its content too: another file of the same name is not taken for this one."""
    text = to_json(_said_by(answer))
    return replace(answer, trial=f"{answer.trial}:{blake2b(text.encode(), digest_size=4).hexdigest()}")
