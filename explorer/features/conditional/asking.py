"""A conditional question on an opened workspace, its lens, and all items seen through it; each is worked out once.

What is returned is shared and must not be changed.
"""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.dataset import ID, PATH, TEXT
from explorer.base.errors import ModelError
from explorer.base.memory import remembered
from explorer.base.versions import file_stamp
from explorer.features.conditional.combiner import takes_raw
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import method_named
from explorer.features.conditional.meaning import Meaning, make_ask
from explorer.features.conditional.meaning import meaning as meaning_of
from explorer.features.conditional.method import Lens, PixelAsk
from explorer.features.conditional.pixels import told_by_pixels
from explorer.features.conditional.seen import see
from explorer.heads.head import WEIGHTS, Head, head_folder, read_head
from explorer.io.thumbnails import seen_image
from explorer.search.find import item_vector
from explorer.workspace.opened import Opened

SEEN_IN_MEMORY = 12


@dataclass(frozen=True)
class Question:
    """One condition of one encoder under one method.

    head: name of the trained head that the method uses, "" for none. stamp: of its file, so that a newly trained head
    makes another question.
    """

    spec: str
    condition: Condition
    method: str
    head: str = ""
    stamp: str = ""


def asked(spec: str, condition: Condition, method: str, head: str = "") -> Question:
    """The question; ModelError when there is no head of this name."""
    return Question(spec, condition, method, head, file_stamp(head_folder(head) / WEIGHTS) if head else "")


@remembered(64)
def meaning(opened: Opened, spec: str, condition: Condition) -> Meaning:
    """A condition in vectors of an encoder; InputError for an unknown aspect, column or value."""
    return meaning_of(opened.dataset, opened.embeddings(spec), opened.encoder(spec), condition)


@remembered(200)
def raw_item(opened: Opened, spec: str, row: int) -> Floats:
    """(d,) vector of an item as the model gives it; ModelError when its picture is gone and it has no text."""
    encoder, item = opened.encoder(spec), opened.dataset.table.slice(row, 1).to_pylist()[0]
    if item[PATH] and encoder.abilities.images:
        picture = seen_image(opened.workspace.image_path(str(item[PATH])), encoder.image_side)
        return np.asarray(encoder.raw_images([picture])[0])
    if item[TEXT] and encoder.abilities.texts:
        return np.asarray(encoder.raw_texts([item[TEXT]])[0])
    raise ModelError(f"The item {item[ID]!r} has nothing that {spec} could look at again.")


@remembered(16)
def trained_head(opened: Opened, spec: str, name: str, stamp: str) -> Head:
    """The head `name`, as it was when its file had this stamp; ModelError when it belongs to another encoder."""
    head = read_head(name)
    head.check_encoder(opened.encoder(spec))
    return head


@remembered(256)
def lens(opened: Opened, question: Question, row: int) -> Lens:
    """The lens of one question for one picked item."""
    method, spec = method_named(question.method), question.spec
    head = trained_head(opened, spec, question.head, question.stamp) if question.head else None
    raw = raw_item(opened, spec, row) if "raw" in method.needs or takes_raw(head) else None
    meant, own = meaning(opened, spec, question.condition), item_vector(opened, spec, row)
    pixels = pixels_of(opened, question.condition, row) if "pictures" in method.needs else None
    return method.lens(make_ask(meant, question.condition, own, raw=raw, head=head, pixels=pixels))


def pixels_of(opened: Opened, condition: Condition, row: int) -> PixelAsk | None:
    """What was measured on an item's picture, and what the condition asks of it; None where pixels do not tell."""
    (aspect, wish), measured = told_by_pixels(condition), opened.pixels()
    return None if measured is None or not aspect else PixelAsk(aspect, measured[row].astype(np.float32), wish)


def seen_through(opened: Opened, question: Question, row: int) -> Floats | None:
    """(e, n) all items seen through the lens, zeros where there is no vector; None where they stay as they are.

    A lens serves every item and both directions of a condition.
    """
    through, vectors = lens(opened, question, row), opened.embeddings(question.spec)
    transform = through.transform
    if transform is None:
        return None
    key = (question.spec, through.key)
    rows, there = vectors.vectors, vectors.present
    measured = opened.pixels()
    if through.reads == "pixels" and measured is not None:
        rows, there = measured, there & ~np.isnan(measured[:, 0])
    found: Floats = opened.memory.of("conditional.seen", key, SEEN_IN_MEMORY, lambda: see(transform, rows, there))
    return found
