"""What page, command and library ask of tuning: a head from a source, with its numbers; those of a workspace."""

import time
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from explorer.base.errors import ExplorerError, InputError
from explorer.base.permission import require
from explorer.base.progress import Progress, Silent
from explorer.base.settings import check_name
from explorer.encoders.specs import canonical
from explorer.encoders.tuned import apply_head
from explorer.features.tune.asked_words import asked_words
from explorer.features.tune.card import card_text
from explorer.features.tune.lesson import USUAL, Lesson
from explorer.features.tune.measures import compared, measured
from explorer.features.tune.retrieval.parts import Parts
from explorer.features.tune.sources.registry import lesson_from
from explorer.features.tune.split import copies_across, rows_of, split_lesson
from explorer.features.tune.train import Trained, TuneSettings, train_head
from explorer.heads.fit import training_folder
from explorer.heads.head import Head, heads_root, list_heads, read_head
from explorer.heads.store import write_head
from explorer.workspace.opened import Opened
from explorer.workspace.preparing import prepare

MADE_FROM, OWN = "tune", "precomputed:"
SHOWN = 6
LIMITS = (
    "It learned from these items and what they were said to be. Other kinds of items, and other senses of alike, may "
    "have become worse: compare it with the model it was made from before relying on it."
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be made. name: of the model, `tuned:<name>`. source: as `lesson_from` takes it. hold: see `split`.

    again: a model of this name that was made
    here by tuning may be replaced.
    """

    name: str
    source: str
    hold: str = ""
    settings: TuneSettings = TuneSettings()
    again: bool = False


def tune_and_prepare(opened: Opened, spec: str, wish: Wish, progress: Progress | None = None) -> str:
    """`tune`, then vectors, index and map of the workspace under the result; a sentence on what was reached."""
    progress = progress or Silent()
    made = tune(opened, spec, wish, progress)
    return f"{sentence(wish.name, made)} {prepare(opened.workspace, f'tuned:{wish.name}', progress=progress)}"


def tune(opened: Opened, spec: str, wish: Wish, progress: Progress | None = None) -> Head:
    """Train a head on the vectors of the model `spec` as wished, measure it on what it never saw, and keep it.

    Raises InputError before any training when the source, the part held out, or the name does not do; ModelError when
    the loss stops being a number. Nothing is kept then.
    """
    require("run work")
    spec, progress, began = canonical(spec), progress or Silent(), time.monotonic()
    check_new(opened, wish.name, again=wish.again)
    if spec.startswith(OWN):
        raise InputError(
            f"{spec} came with the data, so there is no model that could make vectors of new items and of words. Tune "
            "a model that reads them, such as pocket, or bring tuned vectors with the data."
        )
    encoder, lesson = opened.encoder(spec), lesson_from(opened, spec, wish.source)
    settings = replace(wish.settings, loss=wish.settings.loss or USUAL[lesson.kind])
    parts = split_lesson(opened.dataset, lesson, wish.hold, settings.seed)
    folder, key = training_folder(wish.name), f"{opened.path} {opened.key} {spec} {wish.source} {wish.hold}"
    trained = train_head(lesson, parts, settings, folder, progress=progress, key=key)
    made = replace(trained.head, encoder=encoder.spec, fingerprint=encoder.fingerprint)
    card = {
        **lesson.card,
        "made_from": MADE_FROM,
        "workspace": opened.name,
        "ids_hash": opened.dataset.ids_hash,
        "source": lesson.source,
        "from": wish.source,
        "settings": asdict(settings),
        **_numbers(opened, spec, lesson, parts, trained),
        "seconds": round(time.monotonic() - began, 1),
        "limits": LIMITS,
    }
    made = replace(made, card=card)
    write_head(heads_root() / wish.name, made, card_text(wish.name, made))
    return made


def tuned_here(opened: Opened, base: str = "") -> dict[str, Head]:
    """Heads by name that were tuned in this workspace, the newest first, of one base model when it is named.

    Also where items came or went since.
    """
    found = {}
    root = heads_root()
    names = sorted(
        (name for name in list_heads() if (root / name).is_dir()),
        key=lambda name: (root / name).stat().st_mtime_ns,
        reverse=True,
    )
    for name in names:
        try:
            head = read_head(name)
        except ExplorerError:  # a damaged one is told by `explorer check`
            continue
        here = (head.card.get("workspace"), head.card.get("ids_hash"))
        mine = here[0] == opened.name or here[1] == opened.dataset.ids_hash
        if mine and head.card.get("made_from") == MADE_FROM and base in ("", head.encoder):
            found[name] = head
    return found


def check_new(opened: Opened, name: str, *, again: bool = False) -> str:
    """Return `name` when a model may have it; InputError when there is one, with `again` unless it was tuned here."""
    check_name(name)
    if name in list_heads() and not (again and name in tuned_here(opened)):
        raise InputError(
            f"There is a model tuned:{name} already. Take another name"
            + (", or --again to make it anew." if name in tuned_here(opened) else ".")
        )
    return name


def sentence(name: str, made: Head) -> str:
    """What was reached, in a sentence."""
    numbers = made.card["numbers"]
    measure = "order" if "order" in numbers else "map"
    if measure not in numbers:
        return f"tuned:{name} was made; nothing could be measured on what was held out."
    one = numbers[measure]
    what = "Triples in the right order" if measure == "order" else "mAP"
    return (
        f"tuned:{name}: {what} on {made.card['held_out']} is {one['after']['value']:.3f}, before "
        f"{one['before']['value']:.3f} ({int(one['after']['items']):,} queries)."
    )


def _numbers(opened: Opened, spec: str, lesson: Lesson, parts: Parts, trained: Trained) -> dict[str, Any]:
    """What a card says of the parts, and of the part that nothing was learned from, before and after."""
    head, test = trained.head, rows_of(lesson, parts.test)
    after = lesson.vectors.copy()
    after[test] = apply_head(head, lesson.vectors[test], lesson.texts[test])
    before_all, after_all = measured(lesson, lesson.vectors, parts.test), measured(lesson, after, parts.test)
    items = test[~lesson.texts[test]]
    asked = asked_words(opened, spec, lesson, items)
    if asked:
        before_all |= asked.found(lesson.vectors)
        after_all |= asked.found(lesson.vectors, head)
    shown = np.random.default_rng(0).permutation(items)[:SHOWN]
    train = rows_of(lesson, parts.train)
    return {
        "kind": lesson.kind,
        "parts": {"train": len(parts.train), "watch": len(parts.watch), "test": len(parts.test)},
        "held_out": parts.said,
        "copies": copies_across(lesson.vectors, train[~lesson.texts[train]], items) if len(items) else 0,
        "numbers": compared(before_all, after_all),
        "words": asked.what if asked else "",
        "best_step": trained.fitted.best_step,
        "steps": trained.fitted.steps,
        "shown": [str(opened.dataset.ids[row]) for row in shown],
    }
