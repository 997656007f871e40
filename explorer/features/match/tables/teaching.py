"""Teaching TabSim from pairs of tables: words, their first vectors, the network, and the mix with words beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.progress import Progress
from explorer.base.settings import check_name
from explorer.features.match.tables.content import PARTS, Content
from explorer.features.match.tables.head import KIND, Mix, mix_columns, tabsim_head
from explorer.features.match.tables.pairs import TablePairs
from explorer.features.match.tables.tfidf import words_of_part
from explorer.features.match.tables.training import Lessons, TableSettings, Trained, pair_distances, train_tables
from explorer.features.match.tables.words import WIDTH, Pressed, grids, press, raw_word_vectors, vocabulary
from explorer.heads.fit import training_folder
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head


@dataclass(frozen=True)
class Taught:
    """A trained network with the words it knows. lessons: what it learned from. mix: fitted on the held-out pairs."""

    trained: Trained
    words: tuple[str, ...]
    pressed: Pressed
    lessons: Lessons
    mix: Mix


def teach(pairs: TablePairs, settings: TableSettings, folder: Path, *, progress: Progress) -> Taught:
    """Train on pairs; the last of them (`settings.held`) choose the epoch and fit the mix. Errors: `train_tables`."""
    from explorer.encoders.sentence import load_minilm

    used = np.unique(np.concatenate([pairs.left, pairs.right]))
    words = tuple(vocabulary(some_of(pairs.tables, used)))
    raw = raw_word_vectors(words, load_minilm())
    pressed = press(raw)
    vectors = np.concatenate([np.zeros((1, WIDTH), np.float32), pressed.of(raw)])
    lessons = Lessons(grids(pairs.tables, words), vectors, pairs.left, pairs.right, pairs.same)
    trained = train_tables(lessons, settings, folder, progress=progress)
    held = np.arange(len(pairs) - round(settings.held * len(pairs)), len(pairs))
    distances = pair_distances(trained.network, lessons, held)
    return Taught(trained, words, pressed, lessons, fitted_mix(distances, cosines_of(pairs, held), pairs.same[held]))


def train_command(pairs: TablePairs, name: str, settings: TableSettings, progress: Progress) -> str:
    """What `explorer train tables` does: stores the head `name`; returns the line that it prints."""
    check_name(name)
    order = np.random.default_rng(settings.seed).permutation(len(pairs))
    taught = teach(pairs.take(order), settings, training_folder(f"tables-{name}"), progress=progress)
    card = card_of(pairs, taught, settings)
    write_head(heads_root() / name, head_of(taught, card), card_text(name, card))
    best = taught.trained
    return (
        f"The head {name} learned from {len(pairs):,} pairs of {len(pairs.tables):,} tables; held-out loss "
        f"{best.loss:.4f} after epoch {best.best} of {best.epochs}. Next: --method tabsim, --set head={name}."
    )


def head_of(taught: Taught, card: Mapping[str, Any]) -> Head:
    """The head that is stored."""
    return tabsim_head(taught.trained.network, taught.words, taught.pressed, taught.mix, card)


def card_of(pairs: TablePairs, taught: Taught, settings: TableSettings) -> dict[str, Any]:
    """Data, settings and numbers of a trained head."""
    return {
        "kind": KIND,
        "pairs": len(pairs),
        "alike": int(pairs.same.sum()),
        "tables": len(pairs.tables),
        "epochs": taught.trained.epochs,
        "best_epoch": taught.trained.best,
        "held_out_loss": round(taught.trained.loss, 5),
        "rate": settings.rate,
        "batch": settings.batch,
        "held": settings.held,
        "seed": settings.seed,
    }


def card_text(name: str, card: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    lines = [f"- {key.replace('_', ' ')}: {value}" for key, value in card.items() if key != "kind"]
    about = "TabSim (Habibi, Starlinger and Leser 2020) on pairs of tables."
    return "\n".join([f"# {name}", "", about, "", *lines, ""])


def fitted_mix(distances: Floats, cosines: Mapping[str, Floats], same: Mask) -> Mix:
    """Logistic regression (l2, C = 1) of the pairs' distances and cosines."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=600).fit(mix_columns(distances, cosines), same)
    return Mix(tuple(float(one) for one in model.coef_[0]), float(model.intercept_[0]))


def cosines_of(pairs: TablePairs, places: Rows) -> dict[str, Floats]:
    """Cosines of the words of each part for some pairs, weighed over all tables; no label is looked at."""
    nothing = Content((), (), ())
    made = {part: words_of_part(pairs.tables, nothing, part) for part in PARTS}
    return {
        part: replace(one, right=one.left, right_has=one.left_has).of_pairs(pairs.left[places], pairs.right[places])
        for part, one in made.items()
    }


def some_of(tables: Content, places: Rows) -> Content:
    """Some of the tables."""
    return Content(
        tuple(tables.captions[place] for place in places),
        tuple(tables.headers[place] for place in places),
        tuple(tables.cells[place] for place in places),
    )
