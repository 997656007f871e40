"""Whether a model reads an aspect here: how often its guess stays when picture or wording change a little."""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.dataset import PATH
from explorer.base.errors import ExplorerError, InputError, WorkspaceError
from explorer.base.half import widen
from explorer.base.memory import remembered
from explorer.base.metrics import Score, mean_score
from explorer.base.sampling import at_most
from explorer.features.conditional.asking import Question, meaning
from explorer.features.conditional.aspect_values import column_values, named_aspects, value_vectors
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS, make_ask
from explorer.features.conditional.meaning import Meaning
from explorer.io.thumbnails import seen_image
from explorer.workspace.derived import keep_arrays, kept_arrays
from explorer.workspace.layout import folder_of, slug
from explorer.workspace.opened import Opened

TOLD = 0.5
"""The least probability, or share of a name among the pixels, at which a guess is told."""
STAYS, READS, SURE = 0.85, 0.75, 0.9
"""A guess of a model is told from the probability on at which so many stay; an aspect of which fewer than the second
share stay is not read here; one of which the third share stays is read as well as pixels are."""
SAMPLE, LEAST, NEVER = 40, 12, 2.0
CHANGES = ("mirrored", "cropped to 90 %", "brighter")


@dataclass(frozen=True)
class Reading:
    """How a model reads an aspect by its words, on a sample of the data.

    stays: share of pictures whose guess stays the same under every small change of the picture and under each wording.
    least: the least probability at which a guess is told, 2 for never. right: share of guesses that the data's own
    column of this name says, None without one.
    """

    stays: Score
    least: float
    right: Score | None = None

    @property
    def reads(self) -> bool:
        """Whether the guesses are right, where the data says what is right; elsewhere whether they stay."""
        return (self.right or self.stays).value >= READS


def changed(image: Image.Image) -> list[Image.Image]:
    """The picture changed a little in each of the ways of `CHANGES`."""
    width, height = image.size
    x, y = round(0.05 * width), round(0.05 * height)
    part = image.crop((x, y, max(width - x, x + 1), max(height - y, y + 1)))
    return [ImageOps.mirror(image), part, ImageEnhance.Brightness(image).enhance(1.2)]


@remembered(4)
def copies(opened: Opened, spec: str) -> tuple[Rows, Floats]:
    """(m,) rows of at most 40 pictures and (m, 3, d) vectors of their changed copies; empty without pictures.

    Kept in the workspace's cache, since a large model takes seconds to look at them.
    """
    folder = folder_of(opened.path, "cache") / "copies" / slug(spec)
    stamp = str(opened.workspace.embeddings_stamp(spec))
    kept = kept_arrays(folder, stamp)
    if kept is not None:
        return np.asarray(kept["rows"]), np.asarray(kept["vectors"])
    rows, vectors = _encoded_copies(opened, spec)
    with suppress(OSError, WorkspaceError):  # where nothing may be written they are looked at again
        keep_arrays(folder, stamp, {"rows": rows, "vectors": vectors})
    return rows, vectors


def _encoded_copies(opened: Opened, spec: str) -> tuple[Rows, Floats]:
    vectors, encoder = opened.embeddings(spec), opened.encoder(spec)
    none = np.zeros(0, dtype=np.int64), np.zeros((0, len(CHANGES), vectors.dim), dtype=np.float32)
    if not encoder.abilities.images:
        return none
    rows, images = [], []
    for row in at_most(vectors.rows, SAMPLE, np.random.default_rng(0)).tolist():
        path = str(opened.dataset.table.column(PATH)[row].as_py())
        try:
            images += changed(seen_image(opened.workspace.image_path(path), encoder.image_side))
        except ExplorerError:
            continue
        rows.append(row)
    if len(rows) < LEAST:
        return none
    return np.array(rows, dtype=np.int64), encoder.encode_images(images).reshape(len(rows), len(CHANGES), -1)


@remembered(32)
def reading(opened: Opened, spec: str, aspect: str) -> Reading | None:
    """How the words of a named aspect are read; None where that cannot be measured: too few pictures, or no words."""
    condition, asked = Condition("aspect", aspect), named_aspects()[aspect]
    meant = meaning(opened, spec, condition)
    if not len(meant.values):
        return None
    rows, changes = copies(opened, spec)
    if not len(rows):
        return None
    own = widen(opened.embeddings(spec).vectors[rows])
    guess, chance = _guessed(meant, condition, own)
    others = [_guessed(meant, condition, changes[:, number])[0] for number in range(len(CHANGES))]
    for prompt in asked.prompts:
        worded = value_vectors(opened.encoder(spec), replace(asked, prompts=(prompt,)))
        others.append(_guessed(replace(meant, values=worded), condition, own)[0])
    stays = np.all([other == guess for other in others], axis=0)
    found = Reading(mean_score(stays.astype(np.float64)), NEVER, _right(opened, aspect, rows, meant.words, guess))
    if not found.reads:
        return found
    return replace(found, least=TOLD if found.right else _least(chance, stays))


def _guessed(meant: Meaning, condition: Condition, own: Floats) -> tuple[Rows, Floats]:
    """(m,) best value and its probability of (m, d) items."""
    transform = METHODS["profile"].lens(make_ask(meant, condition, own[0])).transform
    if transform is None:
        raise InputError("A profile sees items through its values.")
    chances = np.square(transform(own))
    return chances.argmax(axis=1), chances.max(axis=1)


def _least(chance: Floats, stays: Mask) -> float:
    """The least probability from which on enough guesses stay."""
    order = np.argsort(-chance, kind="stable")
    share = np.cumsum(stays[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= STAYS)
    return max(float(chance[order[enough[-1]]]), TOLD) if len(enough) else NEVER


def _right(opened: Opened, aspect: str, rows: Rows, words: tuple[str, ...], guess: Rows) -> Score | None:
    """How many guesses the column of the aspect's name says, of the items whose value there is one of the aspect's."""
    try:
        column = column_values(opened.dataset, aspect)
    except InputError:
        return None
    place = np.array([*(words.index(name) if name in words else -1 for name in column.names), -1])
    true = place[column.codes[rows]]
    known = true >= 0
    return mean_score((true == guess)[known].astype(np.float64)) if known.sum() >= LEAST else None


def least_told(opened: Opened, question: Question) -> float:
    """The least probability at which a guess of this question is told."""
    if question.method != "profile" or question.condition.kind != "aspect":
        return TOLD
    found = reading(opened, question.spec, question.condition.name)
    return TOLD if found is None else found.least


def words_suffice(opened: Opened, spec: str, condition: Condition) -> bool:
    """Whether a model's words are as good as pixels for a condition: colours that stay under every small change.

    Colour is what models learn with its words, and of a thing rather than of pixels; the rest is what pixels are.
    """
    if condition.kind != "aspect" or condition.name != "colour" or not opened.encoder(spec).abilities.words_find_items:
        return False
    found = reading(opened, spec, condition.name)
    return found is not None and found.reads and (found.right or found.stays).value >= SURE


def aspect_check(opened: Opened, spec: str, condition: Condition, method: str) -> str:
    """What has to be known before a model's words are used for a named aspect here; "" when they can be used."""
    if condition.kind != "aspect" or method not in ("profile", "subspace") or condition.name not in named_aspects():
        return ""
    found = reading(opened, spec, condition.name)
    if found is None or found.reads:
        return ""
    why = (
        f"for {found.stays.value:.0%} of {found.stays.items} pictures the guess stays when the picture or the wording "
        f"changes a little ({READS:.0%} is needed)."
    )
    if found.right is not None:
        why = f"{found.right.value:.0%} of its guesses are what the data says ({READS:.0%} is needed)."
    problem = f"{spec} does not read {condition.name} reliably here: {why}"
    return f"{problem} Its guesses are not shown, and its order is a rough one."
