"""What is learned from and measured on, out of a workspace: pictures with labels, and several captions of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.columns import Codes, codes_of
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.sampling import at_most
from explorer.encoders.base import Encoder
from explorer.features.tune.retrieval.captions import Captions, caption_column, captions_of, gather, label_name
from explorer.features.tune.retrieval.parts import Parts, parts_of, split_column
from explorer.search.wording import described
from explorer.workspace.contents import IMAGE, what_is_read
from explorer.workspace.opened import Opened

MOST = {"train": 12_000, "watch": 1_000, "test": 5_000}
LEAST = 4


@dataclass(frozen=True)
class Queries:
    """Texts that are asked for. texts: (q,); vectors: (q, d) of the untuned model; relevant: (q, m) of the test items.

    known: how many of them are captions of an item that was learned from.
    """

    texts: tuple[str, ...]
    vectors: Floats
    relevant: Mask
    known: int


@dataclass(frozen=True, kw_only=True)
class Material:
    """Pictures by number, 0 to n - 1. rows: (n,) where they are in the workspace. vectors: (n, d) of the untuned model.

    codes: (n,) labels. train, watch, test: numbers of pictures. captions: of each, and texts: (t, d) their vectors.
    names: (c, d) names of labels and name_codes: (c,) whose they are. queries: by kind, "names" and "captions". said:
    how the test was chosen.
    """

    rows: Rows
    vectors: Floats
    codes: Rows
    train: Rows
    watch: Rows
    test: Rows
    captions: Captions
    texts: Floats
    names: Floats
    name_codes: Rows
    queries: dict[str, Queries]
    said: str


def material_of(
    opened: Opened, encoder: Encoder, column: str, *, split: str = "", columns: Sequence[str] = (), seed: int = 0
) -> Material:
    """Of the pictures with a label in `column`; InputError that says what is missing.

    split: column that says what is for training, see `split_column`. columns: whose values are captions, too.
    """
    if not (encoder.abilities.joint and encoder.abilities.images):
        raise InputError(
            f"{encoder.spec} does not place words beside pictures, so no text finds a picture with it. "
            "Choose a model that does, such as pocket."
        )
    codes = _labels(opened, column)
    for name in columns:
        opened.dataset.column(name)
    embeddings = opened.embeddings(encoder.spec)
    usable = embeddings.present & (what_is_read(opened.dataset, ("images",)) == IMAGE)
    drawn = parts_of(opened.dataset, codes.codes, usable, column=split_column(opened.dataset, split), seed=seed)
    parts = _bounded(drawn, seed)
    _check(parts, codes, column)
    rows = np.concatenate([parts.train, parts.watch, parts.test])
    train, watch, test = np.split(np.arange(len(rows)), np.cumsum([len(parts.train), len(parts.watch)]))
    captions = captions_of(opened, rows, column, columns)
    if not captions.some[train].any():
        raise InputError(
            f"The pictures have no captions and no tags, and the values of {column} are no words, so there is nothing "
            "that a text could be matched with. Take a column with names, or bring captions in a column caption."
        )
    of_rows = codes.codes[rows]
    name_codes = np.array([code for code in np.unique(of_rows) if label_name(codes.names[code])], dtype=np.int64)
    names = tuple(described(label_name(codes.names[code]), encoder.template) for code in name_codes)
    learned = set(np.array(captions.texts, dtype=object)[np.unique(captions.of_rows[train])].tolist())
    queries = {"names": _queries(encoder, names, of_rows[test] == name_codes[:, None], learned)}
    if caption_column(opened):
        own = gather([[text] for text in _own_captions(opened, rows[test])])
        queries["captions"] = _queries(encoder, own.texts, own.belongs(np.arange(len(test))).T, learned)
    return Material(
        rows=rows,
        vectors=widen(embeddings.vectors[rows]),
        codes=of_rows,
        train=train,
        watch=watch,
        test=test,
        captions=captions,
        texts=encoder.encode_texts(captions.texts),
        names=encoder.encode_texts(names) if names else np.empty((0, encoder.dim), dtype=np.float32),
        name_codes=name_codes,
        queries={kind: one for kind, one in queries.items() if len(one.texts)},
        said=parts.said,
    )


def _queries(encoder: Encoder, texts: tuple[str, ...], relevant: Mask, learned: set[str]) -> Queries:
    """The texts that a test item is relevant to."""
    kept = np.flatnonzero(relevant.any(axis=1))
    asked = tuple(texts[number] for number in kept)
    vectors = encoder.encode_texts(asked) if asked else np.empty((0, encoder.dim), dtype=np.float32)
    return Queries(asked, vectors, relevant[kept], sum(text in learned for text in asked))


def _own_captions(opened: Opened, rows: Rows) -> list[str]:
    column = opened.dataset.table.column(caption_column(opened)).take(rows)
    return [text or "" for text in column.to_pylist()]


def _labels(opened: Opened, column: str) -> Codes:
    if column not in opened.dataset.attributes:
        known = ", ".join(opened.dataset.attributes) or "none"
        raise InputError(f"There is no column {column[:60]!r}. Expected one of: {known}.")
    return codes_of(opened.dataset.table.column(column)).filled()


def _bounded(parts: Parts, seed: int) -> Parts:
    rng = np.random.default_rng(seed)
    some = {name: at_most(getattr(parts, name), most, rng) for name, most in MOST.items()}
    return Parts(**some, said=parts.said)


def _check(parts: Parts, codes: Codes, column: str) -> None:
    """InputError unless two labels can be learned and the test has two pictures of one."""
    counts = np.bincount(codes.codes[parts.train], minlength=1)
    if (counts > 0).sum() < 2:
        raise InputError(
            f"The column {column}: expected pictures of two labels or more to learn from, got "
            f"{(counts > 0).sum()}. With one label there is nothing to tell apart."
        )
    if counts.max() < 2:
        raise InputError(
            f"The column {column}: all labels are of one picture to learn from, so nothing says which pictures are "
            "alike. Take a column whose values are shared."
        )
    held = np.bincount(codes.codes[parts.test], minlength=1)
    if held.max(initial=0) < 2 or len(parts.test) < LEAST or len(parts.watch) < 2:
        raise InputError(
            f"The column {column}: too few pictures to measure on, {len(parts.test)} for the test and "
            f"{len(parts.watch)} to say when to stop. Expected at least {LEAST} with two of one label; label more "
            "pictures."
        )
