"""Finding items by the words of their texts: the index of the workspace, asked in words; nothing typed is an error."""

import string
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.memory import remembered
from explorer.base.progress import Progress
from explorer.io.sqlite import Connection, connected
from explorer.search.find import filter_mask
from explorer.search.fusion import idf
from explorer.search.keyword_ranking import Word, best_texts
from explorer.search.query import QueryPart
from explorer.search.wording import described
from explorer.workspace.keywords import (
    AT_FIRST_USE,
    MIGRATIONS,
    Keywords,
    build_keywords,
    keyword_stamp,
    keywords_version,
    load_keywords,
)
from explorer.workspace.opened import Opened
from explorer.workspace.postings import TOKENIZER, Postings, postings_of

SIGNS = string.punctuation + "“”„«»"
NEVER_SHORTER = 2  # letters of a word that is looked for
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
        postings = {stem: postings_of(connection, stem) for stem in dict.fromkeys(chain.from_iterable(each))}
        phrases = [Word(word, tuple(stems)) for word, stems in zip(words, each, strict=True) if stems]
        numbers, scores = best_texts(connection, index, phrases, postings, count=count, allowed=allowed)
    told = tuple(_told(phrases, postings, index.texts))
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


def _told(words: Sequence[Word], postings: Mapping[str, Postings], texts: int) -> Iterator[Stem]:
    """Every stem once, with how many texts have it."""
    told: set[str] = set()
    for word in words:
        for stem in word.stems:
            if stem not in told:
                told.add(stem)
                holding = len(postings[stem].numbers)
                typed = word.text.strip(SIGNS) if len(word.stems) == 1 else stem
                yield Stem(stem, typed, holding, idf(texts, holding))
