"""Models and heads measured on published judgments of people: `explorer eval human`.

The data come in through the product's own import and are only measured on. Folder: things/ (item_names.tsv,
things_concepts.tsv, test_triplets.csv), materials/ (images, answers_processed_train.json and _test.json) and objects92/
(items.csv, images, behaviour_rdms.npz); what is missing is left out.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.progress import Progress, Silent
from explorer.encoders import load_encoder
from explorer.encoders.tuned import apply_head
from explorer.features.judgments.agreement.candidates import SENTENCE
from explorer.features.judgments.agreement.judged import Judged, read_judged, reliability_of
from explorer.features.judgments.agreement.resampling import Estimate
from explorer.features.judgments.agreement.scores import (
    ChoiceAgreement,
    agreement,
    choice_agreement,
    headline,
    rating_agreement,
)
from explorer.features.judgments.agreement.similarity import (
    column_similarity,
    distance_similarity,
    vectors_similarity,
)
from explorer.features.judgments.agreement.stacking import stacked_agreement
from explorer.features.judgments.evaluate_asking import active
from explorer.features.judgments.learning.from_answers import AnswerSettings, Course, fit_answers, learn
from explorer.features.judgments.learning.methods import HEADS
from explorer.features.judgments.learning.places import places_of
from explorer.features.judgments.questions import Choices, Ratings
from explorer.features.judgments.service import Options, import_judgments
from explorer.features.judgments.splits import Split, split
from explorer.heads.change import Change
from explorer.heads.head import Head
from explorer.io.images import read_image
from explorer.workspace.importing import import_source
from explorer.workspace.opened import Opened, open_shared

FOLDS = 5
Table = list[dict[str, Any]]
Teachers = Mapping[str, Callable[[Sequence[Image.Image]], Floats]]
"""By name, what gives (n, d) features of n images; they are scaled to length 1."""


def measure_human(data: Path, models: Sequence[str], teachers: Teachers, progress: Progress) -> dict[str, Any]:
    """All tables whose data are in the folder `data`, for `models` (encoders that read images) and `teachers`."""
    report: dict[str, Any] = {}
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        if (data / "things").is_dir():
            report["things"] = things(data / "things", work)
        if (data / "materials").is_dir():
            report["materials"] = materials(data / "materials", work, models, teachers, progress)
            report["active"] = active(data / "materials", progress)
        if (data / "objects92").is_dir():
            report["objects92"] = objects92(data / "objects92", work, models, teachers)
    return report


def things(folder: Path, work: Path) -> dict[str, Any]:
    """Odd one out from texts: names, definitions, and a head on them with people and concepts held out."""
    names = _write_concepts(folder / "things_concepts.tsv", work / "things.csv")
    opened = _opened(work / "things.csv", work / "things")
    options = Options(kind="odd-one-out", campaign="things", base=1, odd="column:4", person="5")
    import_judgments(opened, folder / "test_triplets.csv", options)
    judged = read_judged(opened, "things")
    encoder = load_encoder(SENTENCE)
    vectors = encoder.encode_texts(opened.dataset.column("text").tolist())
    table = [_row("names", encoder.encode_texts(names), judged), _row("name: definition", vectors, judged)]
    settings = AnswerSettings(items_out=0.3)
    parts = split(judged.asked, np.random.default_rng(0), settings.items_out, settings.people_out)
    blank = Head(kind="", encoder=encoder.spec, fingerprint=encoder.fingerprint, weights={})
    heads: Table = []
    for change in _changes():
        heads += _head_rows(Course(change, settings, "human things", Silent()), vectors, parts, blank)
    return {"people": asdict(reliability_of(judged)), "models": table, "heads": heads}


def _write_concepts(concepts: Path, table: Path) -> list[str]:
    """Write a table of the concepts with word and definition; return their names."""
    with concepts.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    meaning = next(name for name in rows[0] if "Definition" in name)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([row["uniqueID"], f"{row['Word']}: {row[meaning]}"] for row in rows)
    return [row["uniqueID"] for row in rows]


def materials(
    folder: Path, work: Path, models: Sequence[str], teachers: Teachers, progress: Progress
) -> dict[str, Any]:
    """Anchored triplets on pictures: places fitted to answers, encoders, and heads with materials held out."""
    opened = _opened(folder / "images", work / "materials")
    for part in ("train", "test"):
        options = Options(kind="votes", campaign=part, numbers="files")
        import_judgments(opened, folder / f"answers_processed_{part}.json", options)
    train, test = (read_judged(opened, part) for part in ("train", "test"))
    rows, places = places_of(train.asked, 4)
    similarity = distance_similarity(places, rows, len(opened.dataset))
    fitted = choice_agreement(similarity, _choices(test), np.random.default_rng(0))
    table = [{"model": "places fitted to the train answers (4 dimensions)", **_words(fitted.single, fitted.majority)}]
    heads = []
    for name, vectors in image_vectors(opened, models, teachers).items():
        table.append(_row(name, vectors, test))
        progress.start(f"heads on {name}, materials held out", 2)
        heads += [_folded(name, vectors, train, test, change) for change in _changes()]
        progress.finish()
    return {"people": asdict(reliability_of(test)), "models": table, "heads": heads}


def objects92(folder: Path, work: Path, models: Sequence[str], teachers: Teachers) -> dict[str, Any]:
    """Rank correlation with the mean matrix of 16 people; image and text vectors side by side."""
    opened = _opened(folder / "items.csv", work / "objects92")
    import_judgments(opened, folder / "behaviour_rdms.npz", Options(kind="matrix", campaign="matrices"))
    judged = read_judged(opened, "matrices")
    images = image_vectors(opened, models, teachers)
    words = load_encoder(SENTENCE).encode_texts(opened.dataset.column("category").tolist())
    named = {**images, "words of the category (MiniLM)": words}
    table = [_row(name, rows, judged) for name, rows in named.items()]
    same = rating_agreement(column_similarity(opened.dataset, "category"), _ratings(judged), np.random.default_rng(0))
    table.append({"model": "same category", "spearman": _kept(same.spearman), "pearson": _kept(same.pearson)})
    stacked = [_stacked_row(name, rows, words, judged) for name, rows in images.items()]
    return {"people": asdict(reliability_of(judged)), "models": table, "stacked": stacked}


def _stacked_row(name: str, images: Floats, words: Floats, judged: Judged) -> dict[str, Any]:
    image, text = vectors_similarity(images), vectors_similarity(words)
    found = stacked_agreement(image, text, judged.asked, np.random.default_rng(0))
    scores = {part: _kept(headline(getattr(found, part))) for part in ("first", "second", "both")}
    return {"image": name, "weight": found.weight, "tuning_items": found.tuning_items, **scores}


def image_vectors(opened: Opened, models: Sequence[str], teachers: Teachers) -> dict[str, Floats]:
    """(n, d) unit rows of the pictures of a workspace, by the name of an encoder or a teacher."""
    paths = [opened.workspace.image_path(row) for row in range(len(opened.dataset))]
    found = {}
    for spec in models:
        encoder = load_encoder(spec)
        found[spec] = encoder.encode_images([read_image(path, encoder.image_side) for path in paths])
    for name, features in teachers.items():
        found[name] = unit_rows(features([read_image(path, None) for path in paths]), "features")
    return found


def _opened(source: Path, folder: Path) -> Opened:
    return open_shared(import_source(source, folder).path)


def _changes() -> list[Change]:
    return [learner.change for learner in HEADS.values() if learner.change]


def _folded(name: str, vectors: Floats, train: Judged, test: Judged, change: Change) -> dict[str, Any]:
    """Five parts of the materials held out in turn: in no training answer, tested on the test answers about them."""
    course = Course(change, AnswerSettings(), f"human {change.kind}", Silent())
    items = np.random.default_rng(0).permutation(len(vectors))
    touched: list[ChoiceAgreement] = []
    inside: list[ChoiceAgreement] = []
    for fold in range(FOLDS):
        held = items[fold::FOLDS]
        _, weights = fit_answers(course, vectors, _without(_choices(train), held))
        similarity = vectors_similarity(apply_head(change.head(weights), vectors))
        for found, least in ((touched, 1), (inside, 2)):
            asked = _touching(_choices(test), held, least)
            found.append(choice_agreement(similarity, asked, np.random.default_rng(0), 0))
    return {
        "model": name,
        "head": change.kind,
        "single": _pooled([(one.single.value, one.answers) for one in touched]),
        "majority": _pooled([(one.majority.value, one.decided) for one in touched]),
        "questions": sum(one.questions for one in touched),
        "majority_two_new": _pooled([(one.majority.value, one.decided) for one in inside]),
        "questions_two_new": sum(one.questions for one in inside),
    }


def _pooled(shares: Sequence[tuple[float, int]]) -> float:
    """The share over all folds: each weighs as many as it was measured on."""
    return sum(value * count for value, count in shares) / sum(count for _, count in shares)


def _without(asked: Choices, held: Rows) -> Choices:
    return asked.take(np.isin(asked.items, held).sum(1)[asked.question] == 0)


def _touching(asked: Choices, held: Rows, least: int) -> Choices:
    """Questions with at least `least` held-out items."""
    return asked.take(np.isin(asked.items, held).sum(1)[asked.question] >= least)


def _head_rows(course: Course, vectors: Floats, parts: Split, blank: Head) -> Table:
    learned = learn(course, vectors, parts, blank)
    rows = []
    for part, (before, after) in learned.tests.items():
        counted = {"questions": getattr(after, "questions", 0), "answers": after.answers}
        row = {"head": course.change.kind, "tested_on": part, "before": _kept(headline(before))}
        rows.append({**row, "after": _kept(headline(after)), **counted, "learned_from": learned.answers})
    return rows


def _row(name: str, vectors: Floats, judged: Judged) -> dict[str, Any]:
    found = agreement(vectors_similarity(vectors), judged.asked, np.random.default_rng(0))
    if isinstance(found, ChoiceAgreement):
        return {"model": name, **_words(found.single, found.majority)}
    return {"model": name, "spearman": _kept(found.spearman), "pearson": _kept(found.pearson)}


def _words(first: Estimate, second: Estimate) -> dict[str, Any]:
    return {"single": _kept(first), "majority": _kept(second)}


def _kept(score: Estimate) -> list[float]:
    return [round(value, 4) for value in (score.value, score.low, score.high)]


def _choices(judged: Judged) -> Choices:
    assert isinstance(judged.asked, Choices)
    return judged.asked


def _ratings(judged: Judged) -> Ratings:
    assert isinstance(judged.asked, Ratings)
    return judged.asked
