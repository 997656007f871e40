"""Finding items by the words of their texts: the index of the workspace, asked in words; nothing typed is an error."""

import string
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.memory import remembered
from explorer.base.progress import Progress
from explorer.io.sqlite import Connection, connected
from explorer.search.find import filter_mask
from explorer.search.fusion import idf
from explorer.search.keyword_ranking import Phrase, Scored, best_texts, quoted
from explorer.search.query import QueryPart
from explorer.search.wording import described
from explorer.workspace.keywords import (
    AT_FIRST_USE,
    MIGRATIONS,
    TOKENIZER,
    Keywords,
    build_keywords,
    keyword_stamp,
    keywords_version,
    load_keywords,
)
from explorer.workspace.opened import Opened

SIGNS = string.punctuation + "“”„«»"
NEVER_SHORTER = 2  # letters of a word that is looked for
MORE = 4
ASKED = f"CREATE VIRTUAL TABLE temp.asked USING fts5(word, tokenize = '{TOKENIZER}')"
ASKED_STEMS = "CREATE VIRTUAL TABLE temp.asked_stems USING fts5vocab(temp, asked, instance)"


@dataclass(frozen=True)
class Stem:
    """A stem of the query. word: as it was typed, the first that has it. holding: so many texts have it."""

    stem: str
    word: str
    holding: int
    idf: float


@dataclass(frozen=True, kw_only=True)
class KeywordHits:
    """What the words of a query find.

    rows: (k,), best first. scores: (k,) BM25, higher is better. stems: of the query, each once. words: how many the
    query has. texts: how many the index holds.
    """

    rows: Rows
    scores: Doubles
    stems: tuple[Stem, ...]
    words: int
    texts: int


def words_asked(parts: tuple[QueryPart, ...]) -> str:
    """The texts of a query that keywords are taken from; "" for none. What it shall be less like is not among them."""
    return " ".join(described(part.value) for part in parts if part.kind == "text" and part.weight > 0)


def keywords(opened: Opened) -> Keywords | None:
    """The index of the words, None when it has to be made first; of few texts it is made at once."""
    found = _loaded(opened, keywords_version(opened.workspace))
    if found is None and 0 < len(opened.dataset) <= AT_FIRST_USE and opened.dataset.has_texts:
        with suppress(WorkspaceError):  # where nothing may be written there is none
            build_keywords(opened.workspace)
        found = _loaded(opened, keywords_version(opened.workspace))
    return found


def ensure_keywords(opened: Opened, progress: Progress | None = None) -> Keywords:
    """The index of the words, made where it is missing or out of date; InputError for a collection without texts."""
    if not opened.dataset.has_texts:
        raise InputError(f"{opened.name} has no texts, so there are no keywords to search by. Search by meaning alone.")
    found = keywords(opened)
    if found is None:
        build_keywords(opened.workspace, progress=progress)
        found = keywords(opened)
    if found is None:
        raise WorkspaceError(f"The index of the words of {opened.name} cannot be read: run `explorer repair`.")
    return found


@remembered(64, also="tags")
def keyword_hits(opened: Opened, text: str, filters: str, count: int) -> KeywordHits:
    """The `count` items that pass the filters and fit the words of `text` best; an item needs one of the words.

    Words of one letter do not count. Signs of a query language mean nothing: each word is looked for as it is.
    """
    index = ensure_keywords(opened)
    allowed = filter_mask(opened, filters) if filters else None
    words = [word for word in _readable(text).split() if len(word) >= NEVER_SHORTER]
    with connected(index.path, MIGRATIONS) as connection:
        each = _stems(connection, words)
        stems = _known(connection, words, each, index.texts)
        phrases = [_phrase(word, found, stems) for word, found in zip(words, each, strict=True) if found]
        phrases = [phrase for phrase in phrases if phrase.holding]
        hits = _passing(connection, index, phrases, count, allowed)
    numbers = np.array([number for number, _ in hits], dtype=np.int64)
    scores = -np.array([score for _, score in hits], dtype=np.float64)
    told = tuple(stems.values())
    return KeywordHits(rows=index.rows[numbers], scores=scores, stems=told, words=len(text.split()), texts=index.texts)


@remembered(2)
def _stamp(opened: Opened) -> str:
    return keyword_stamp(opened.dataset)


@remembered(2)
def _loaded(opened: Opened, version: str) -> Keywords | None:
    return load_keywords(opened.workspace, _stamp(opened)) if opened.dataset.has_texts else None


def _readable(text: str) -> str:
    """The text without what SQLite cannot be asked for."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def _stems(connection: Connection, words: list[str]) -> list[list[str]]:
    """The stems of each word, by the tokenizer of the index; [] for one without letters and digits."""
    connection.execute(ASKED)
    connection.execute(ASKED_STEMS)
    connection.executemany("INSERT INTO temp.asked (rowid, word) VALUES (?, ?)", enumerate(words))
    found: list[list[str]] = [[] for _ in words]
    for place, stem in connection.execute("SELECT doc, term FROM temp.asked_stems ORDER BY doc, offset"):
        found[place].append(str(stem))
    return found


def _known(connection: Connection, words: list[str], each: list[list[str]], texts: int) -> dict[str, Stem]:
    """Every stem once, with how many texts have it."""
    found: dict[str, Stem] = {}
    for word, stems in zip(words, each, strict=True):
        for stem in stems:
            if stem not in found:
                row = connection.execute("SELECT doc FROM stems WHERE term = ?", (stem,)).fetchone()
                holding = int(row[0]) if row else 0
                found[stem] = Stem(stem, word.strip(SIGNS) if len(stems) == 1 else stem, holding, idf(texts, holding))
    return found


def _phrase(word: str, stems: list[str], known: dict[str, Stem]) -> Phrase:
    return Phrase(min(known[stem].holding for stem in stems), len(stems) == 1, quoted(word))


def _passing(
    connection: Connection, index: Keywords, phrases: list[Phrase], count: int, allowed: Mask | None
) -> Scored:
    """The best `count` texts whose items are allowed: more are asked for until so many pass, or there are no more."""
    if not phrases or (allowed is not None and not allowed.any()):
        return []
    if allowed is None:
        return best_texts(connection, phrases, index.texts, count)
    wanted = int(np.ceil(count / float(allowed.mean()))) + count
    while True:
        hits = best_texts(connection, phrases, index.texts, min(wanted, index.texts))
        kept = [hit for hit in hits if allowed[index.rows[hit[0]]]]
        if len(kept) >= count or len(hits) < wanted:
            return kept[:count]
        wanted *= MORE
