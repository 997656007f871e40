"""The demo of notes: short texts of our own about eight topics, each known in advance, with near copies among them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from numpy.random import PCG64, Generator

from explorer.workspace.note_words import BEGINNINGS, MOODS, REWRITTEN, SEASONS, TOPICS, WRITERS

FIRST, DAYS = datetime.date(2015, 1, 1), 10 * 365
COPIES = 0.06


@dataclass(frozen=True, kw_only=True)
class Note:
    """One text and what is known of it. place: with its preposition.
    copy_of: number of the note that it is a near copy of, -1 for none.
    """

    text: str
    topic: str
    place: str
    mood: str
    writer: str
    date: datetime.date
    copy_of: int = -1

    @property
    def season(self) -> str:
        """By the month: winter is December to February."""
        return season(self.date)

    def attributes(self) -> Mapping[str, object]:
        """Values for the columns of the data set."""
        known = {"topic": self.topic, "place": self.place.split(" ", 1)[1], "mood": self.mood, "writer": self.writer}
        copied = f"note-{self.copy_of:04d}" if self.copy_of >= 0 else ""
        words = len(self.text.split())
        return {**known, "season": self.season, "date": self.date, "words": words, "near_copy_of": copied}


def season(date: datetime.date) -> str:
    """Season of a date in the north."""
    return SEASONS[date.month % 12 // 3]


@cache
def demo_notes(count: int = 1_600, seed: int = 0) -> tuple[Note, ...]:
    """Number and seed -> that many notes, always the same; about one in sixteen is a near copy of an earlier one.

    No two texts are the same.
    """
    rng = Generator(PCG64(seed))
    notes: list[Note] = []
    known: set[str] = set()
    while len(notes) < count:
        copied = len(notes) > 10 and rng.random() < COPIES
        made = _copy(notes, rng) if copied else _note(rng)
        if made.text not in known:
            known.add(made.text)
            notes.append(made)
    return tuple(notes)


def _note(rng: Generator) -> Note:
    name = _one(tuple(TOPICS), rng)
    topic = TOPICS[name]
    place, mood, date = _one(topic.places, rng), _one(tuple(MOODS), rng), _date(rng)
    event = _one(topic.events, rng).replace("{it}", _one(topic.subjects, rng))
    details = rng.permutation(len(topic.details))[: rng.integers(1, 4)]
    beginning = _one(BEGINNINGS, rng).replace("{season}", season(date)).replace("{place}", place)
    parts = [beginning, event, *(topic.details[n] for n in details), _one(MOODS[mood], rng)]
    text = " ".join(part for part in parts if part)
    return Note(text=text, topic=name, place=place, mood=mood, writer=_one(WRITERS, rng), date=date)


def _copy(notes: list[Note], rng: Generator) -> Note:
    """An earlier note once more, a few days later, with one word changed or its last sentence gone."""
    number = int(rng.integers(len(notes)))
    old = notes[number]
    number = old.copy_of if old.copy_of >= 0 else number
    old = notes[number]
    text = next((old.text.replace(a, b, 1) for a, b in REWRITTEN if a in old.text), old.text)
    if rng.random() < 0.3:
        text = text[: text[:-1].rfind(". ") + 1] or text
    later = old.date + datetime.timedelta(int(rng.integers(1, 9)))
    return replace(old, text=text, date=later, writer=_one(WRITERS, rng), copy_of=number)


def _date(rng: Generator) -> datetime.date:
    return FIRST + datetime.timedelta(int(rng.integers(DAYS)))


def _one(choices: tuple[str, ...], rng: Generator) -> str:
    return choices[int(rng.integers(len(choices)))]
