"""Titles brought to a closed list: learned, measured beside its baselines, kept as a model of the workspace."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows, check_choice
from explorer.base.metrics import Score, mean_score
from explorer.base.permission import require
from explorer.base.progress import Progress, Silent
from explorer.features.tune.adapters.train import AdapterSettings, Learned, text_base
from explorer.features.tune.lexical import similarities
from explorer.features.tune.text_columns import check_free, keep_text_model, texts_in
from explorer.features.tune.titles.learn import TitleLesson, learn_titles
from explorer.features.tune.titles.material import Titles, TitleSplit, split_titles, titles_of
from explorer.features.tune.titles.ranking import KS, best_of_entries, recalls
from explorer.features.tune.titles.texts import TitleTexts
from explorer.workspace.answers import answer_path, keep_answer, read_answer
from explorer.workspace.opened import Opened
from explorer.workspace.preparing import prepare

LABELS = {"letters": "TF-IDF of letters", "untuned": "MiniLM as it is", "tuned": "Tuned"}
LEARNS = {"adapters": "Adapters in MiniLM", "head": "A head on its frozen vectors"}
PLACE, _FORMAT = "tune/titles", 1


@dataclass(frozen=True, kw_only=True)
class TitleWish:
    """What is to be learned. titles: column with the titles. entry: column with what each means. attributes: column
    with what else is known, "" for none. learns: of `LEARNS`. name: of the model, tuned:<name>.
    """

    titles: str
    entry: str
    attributes: str = ""
    learns: str = "adapters"
    name: str = "titles"
    settings: AdapterSettings = field(default_factory=lambda: AdapterSettings(most=32, steps=300))


def wish_of(
    titles: str, entry: str, attributes: str = "", *, learns: str = "adapters", name: str = "titles", steps: int = 0
) -> TitleWish:
    """A wish with the usual settings of what learns, but for the steps where they are given."""
    check_choice(learns, LEARNS, "what learns")
    settings = AdapterSettings(most=32, steps=steps or 300)
    if learns == "head":
        settings = AdapterSettings(most=32, steps=steps or 1_500, batch=128)
    return TitleWish(titles=titles, entry=entry, attributes=attributes, learns=learns, name=name, settings=settings)


@dataclass(frozen=True)
class TitleScore:
    """Recall of a way. attributes: whether titles were asked with them. recalls: of KS in turn, on titles that are no
    copies of known texts. copies: the same on those that are, None where there are none.
    """

    way: str
    attributes: bool
    recalls: tuple[Score, ...]
    copies: tuple[Score, ...] | None


@dataclass(frozen=True, kw_only=True)
class TitleReport:
    """What was measured. tested, copies, known, entries: titles asked, copies among them, texts known, entries."""

    scores: tuple[TitleScore, ...]
    tested: int
    copies: int
    known: int
    entries: int
    steps: int
    learns: str


@dataclass(frozen=True)
class _Exam:
    texts: TitleTexts
    split: TitleSplit

    def score(self, way: str, similar: Callable[[Rows, Rows], NDArray[np.float32]], attributes: bool) -> TitleScore:
        """Ask the tested titles; similar: of numbers of texts asked, and of those known."""
        known = self.texts.known(self.split.train)
        asked = self.texts.asked(self.split.test, attributes)
        scores = best_of_entries(similar(asked, known), self.texts.codes[known], len(self.texts.material.entries))
        found = recalls(scores, self.texts.material.codes[self.split.test])
        copies = self.split.copies
        return TitleScore(way, attributes, _means(found, ~copies), _means(found, copies) if copies.any() else None)


def _means(found: dict[int, NDArray[np.float64]], there: Mask) -> tuple[Score, ...]:
    if not there.any():
        return tuple(Score(0.0, 0.0, 0.0, 0) for _ in KS)
    return tuple(mean_score(found[k][there]) for k in KS)


def measure_titles(
    material: Titles,
    settings: AdapterSettings,
    *,
    learns: str = "adapters",
    name: str = "titles",
    model: str = "",
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[TitleReport, Learned]:
    """Learn from most of the titles and measure on the others, beside letters and MiniLM as it is."""
    progress = progress or Silent()
    texts, split = TitleTexts(material), split_titles(material, seed)
    exam = _Exam(texts, split)
    ways = (False, True) if material.has_attributes else (False,)

    def lexical(asked: Rows, known: Rows) -> NDArray[np.float32]:
        return similarities([texts.texts[i] for i in asked], [texts.texts[i] for i in known])

    base = text_base(texts.texts, settings, model=model, progress=progress)
    frozen = base.vectors()
    lesson = TitleLesson(texts=texts, split=split, seed=seed)
    learned = learn_titles(lesson, base, settings, adapters=learns == "adapters", name=name, progress=progress)
    compared = {"letters": lexical, "untuned": _cosines(lambda rows: frozen[rows]), "tuned": _cosines(learned.vectors)}
    scores = tuple(exam.score(way, similar, a) for a in ways for way, similar in compared.items())
    report = TitleReport(
        scores=scores,
        tested=len(split.test),
        copies=int(split.copies.sum()),
        known=len(texts.known(split.train)),
        entries=len(material.entries),
        steps=learned.fitted.best_step,
        learns=learns,
    )
    return report, learned


def _cosines(vectors: Callable[[Rows], Floats]) -> Callable[[Rows, Rows], NDArray[np.float32]]:
    return lambda asked, known: vectors(asked) @ vectors(known).T


def tune_titles(opened: Opened, wish: TitleWish, model: str, progress: Progress) -> TitleReport:
    """Learn and measure on the titles of a workspace; the result is the model tuned:<name>, with vectors and map.

    InputError when the columns do not do or the name is taken, before any training.
    """
    require("run work")
    check_free(opened, wish.name)
    report, learned = measure_titles(
        material_of(opened, wish),
        wish.settings,
        learns=wish.learns,
        name=wish.name,
        model=model,
        progress=progress,
    )
    said = f"Learned which titles mean the same {wish.entry}; {LEARNS[wish.learns]}."
    keep_text_model(opened, wish.name, learned.head, {"titles": wish.titles, "entry": wish.entry}, said)
    keep_answer(_path(opened, wish), asdict(report))
    prepare(opened.workspace, f"tuned:{wish.name}", progress=progress)
    return report


def material_of(opened: Opened, wish: TitleWish) -> Titles:
    """The titles of a workspace."""
    attributes = texts_in(opened, wish.attributes) if wish.attributes else None
    return titles_of(
        texts_in(opened, wish.titles), texts_in(opened, wish.entry), attributes, what=f"Column {wish.entry}"
    )


def kept_titles(opened: Opened, wish: TitleWish) -> TitleReport | None:
    """What was measured for this wish; None when nothing was."""
    told = read_answer(_path(opened, wish))
    with suppress(KeyError, TypeError):
        if told:
            return TitleReport(**{**told, "scores": tuple(_score(one) for one in told["scores"])})
    return None


def _score(told: dict[str, object]) -> TitleScore:
    parts = {name: _scores(told[name]) for name in ("recalls", "copies")}
    return TitleScore(str(told["way"]), bool(told["attributes"]), parts["recalls"] or (), parts["copies"])


def _scores(told: object) -> tuple[Score, ...] | None:
    return tuple(Score(**one) for one in told) if isinstance(told, list) else None


def _path(opened: Opened, wish: TitleWish) -> Path:
    return answer_path(opened, PLACE, (wish.titles, wish.entry, wish.attributes, wish.learns, wish.name, _FORMAT), "")
