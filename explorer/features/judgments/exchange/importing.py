"""Judgments that were collected elsewhere, added to the store of a workspace."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from explorer.base.arrays import check_choice
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.features.judgments import campaigns
from explorer.features.judgments.exchange.incoming import FORMATS
from explorer.features.judgments.exchange.reading import EVENTS, Options, read_answers
from explorer.features.judgments.exchange.travelling import USUAL, settings_of
from explorer.features.judgments.settings import IMPORTED, Settings, check_campaign_name
from explorer.features.judgments.store import Store, now
from explorer.features.judgments.store.imports import Import, insert_import, same_import
from explorer.features.judgments.values import Answer, to_json
from explorer.io.audit import note


@dataclass(frozen=True)
class Imported:
    """What an import did. kept: answers in the file; new: those that were not there yet."""

    campaign: str
    kept: int
    new: int
    remarks: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """For the user."""
        known = "" if self.new == self.kept else f" ({self.kept - self.new:,} were there already)"
        return " ".join([f"{self.new:,} answers added to {self.campaign!r}{known}.", *self.remarks])


def import_file(store: Store, dataset: Dataset, path: Path, options: Options) -> Imported:
    """Add the judgments of a file to the store, all or none; InputError names file and row.

    The same answers are added once, whatever the file is called and in whatever order it holds them.
    """
    require("run campaigns")
    check_choice(options.kind, FORMATS, "format")
    if options.kind == EVENTS:
        return _import_events(store, dataset, path)
    name = check_campaign_name(options.campaign or path.stem.replace("_", " "))
    incoming = read_answers(dataset, path, name, options)
    if not incoming.answers:
        raise InputError(" ".join([f"{path.name}: expected at least one answer, got none.", *incoming.remarks]))
    content = content_of(incoming.answers)
    if known := _known(store, content):
        said = f"The same answers were imported from {known.file} on {known.created[:10]}."
        return Imported(known.campaign, len(incoming.answers), 0, (*incoming.remarks, said))
    settings = Settings(
        task=incoming.answers[0].task, sampler=IMPORTED, scale=incoming.scale or USUAL, source=path.name, resume="block"
    )
    _ensure_campaign(store, name, settings)
    answers = [_from(path, _with_content(answer)) for answer in incoming.answers]
    kept = Import(
        campaign=name,
        file=path.name,
        content=content,
        answers=len(answers),
        numbering=incoming.numbering,
        created=now(),
    )
    new = store.add_answers(answers, lambda connection: insert_import(connection, kept))
    _noted(store, path, new)
    return Imported(name, len(incoming.answers), new, tuple(incoming.remarks))


def content_of(answers: Sequence[Answer]) -> str:
    """A hash of who said what about which items, whatever the order of the answers."""
    total = blake2b(digest_size=16)
    for text in sorted(to_json([answer.task, *_said_by(answer)]) for answer in answers):
        total.update(text.encode() + b"\n")
    return total.hexdigest()


def _said_by(answer: Answer) -> list[Any]:
    return [answer.annotator, list(answer.items), answer.answer]


def _known(store: Store, content: str) -> Import | None:
    if not store.exists():
        return None
    with store.connect() as connection:
        return same_import(connection, content)


def _from(path: Path, answer: Answer) -> Answer:
    """The answer with a mark that stays: it was not given here."""
    return replace(answer, imported=path.name)


def _with_content(answer: Answer) -> Answer:
    """The answer under a trial that tells its content too: another file of the same name is not taken for this one."""
    text = to_json(_said_by(answer))
    return replace(answer, trial=f"{answer.trial}:{blake2b(text.encode(), digest_size=4).hexdigest()}")


def _ensure_campaign(store: Store, name: str, settings: Settings) -> Settings:
    """A campaign that stands for imported answers, so that they are listed; its settings, those there are if it is."""
    known = {one.name: one for one in campaigns.campaigns(store)}
    if name not in known:
        campaigns.create_campaign(store, name, settings, [])
        campaigns.set_open(store, name, False)
        return settings
    found = known[name].settings
    if found.task != settings.task:
        raise InputError(
            f"The campaign {name!r} asks for {found.task}; this file holds {settings.task}. "
            "Give another name with --campaign."
        )
    return found


def _import_events(store: Store, dataset: Dataset, path: Path) -> Imported:
    known = set(dataset.ids)
    incoming = read_answers(dataset, path, "", Options(kind=EVENTS))
    found = incoming.answers
    for number, answer in enumerate(found, 1):
        unknown = [item for item in answer.items if item not in known]
        if unknown:
            raise InputError(
                f"{path.name}, answer {number} (trial {answer.trial}): there is no item with the id {unknown[0]!r}."
            )
    by_campaign: dict[str, list[Answer]] = {}
    for answer in found:
        by_campaign.setdefault(answer.campaign, []).append(answer)
    if not found:
        raise InputError(f"{path.name}: expected at least one answer, got none.")
    wanted = {
        check_campaign_name(name): settings_of(incoming.settings.get(name), answers, path.name)
        for name, answers in by_campaign.items()
    }
    for settings in wanted.values():
        campaigns.check_settings(settings)
    kept = {name: _ensure_campaign(store, name, one) for name, one in wanted.items()}
    remarks = [_differs(name, kept[name], one) for name, one in wanted.items() if name in incoming.settings]
    new = store.add_answers(_from(path, answer) for answer in found)
    _noted(store, path, new)
    return Imported(", ".join(by_campaign), len(found), new, tuple(filter(None, remarks)))


def _differs(name: str, kept: Settings, given: Settings) -> str:
    """A warning when a campaign that was there already has another scale or condition than the file says."""
    pairs = [("condition", repr(kept.condition), repr(given.condition))]
    if kept.task == "pair_rating":
        pairs.insert(0, ("scale", "{:g} to {:g}".format(*kept.scale), "{:g} to {:g}".format(*given.scale)))
    differ = [pair for pair in pairs if pair[1] != pair[2]]
    return " ".join(f"The campaign {name!r} keeps the {what} {one}; the file says {two}." for what, one, two in differ)


def _noted(store: Store, path: Path, new: int) -> None:
    note("import answers", f"{new} from {path.name} to {store.path.parent.name}")
