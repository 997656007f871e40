"""Models and heads measured on published judgments of people: `explorer eval human`.

The data come in through the product's own import and are only measured on. Folder: things/ (item_names.tsv,
things_concepts.tsv, test_triplets.csv), materials/ (images, answers_processed_train.json and _test.json) and objects92/
(items.csv, images, behaviour_rdms.npz); what is missing is left out.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, unit_rows
from explorer.base.progress import Progress, Silent
from explorer.encoders import Encoder, load_encoder
from explorer.encoders.tuned import apply_head
from explorer.features.judgments.agreement.candidates import (
    SENTENCE,
    Judged,
    column_similarity,
    read_judged,
    reliability_of,
)
from explorer.features.judgments.agreement.scores import (
    Score,
    choice_agreement,
    distance_similarity,
    headline,
    rating_agreement,
    vectors_similarity,
)
from explorer.features.judgments.agreement.stacking import stacked_agreement
from explorer.features.judgments.learning.item_places import places_of
from explorer.features.judgments.learning.judged import JudgedSettings, fit_answers, learn
from explorer.features.judgments.learning.simulation import STRATEGIES, Votes, answers_needed
from explorer.features.judgments.questions import Choices, Ratings
from explorer.features.judgments.service import Options, import_judgments
from explorer.features.judgments.splits import Split, split
from explorer.heads.head import Head
from explorer.io.images import read_image
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from recipes.pocket.teacher import Teacher

FOLDS, TARGET, MOST_ANSWERS = 5, 0.80, 6_000
SEEDS = range(2, 12)  # the prior of `fit_items` was chosen on seeds 0 and 1
Table = list[dict[str, Any]]


def measure_human(data: Path, models: Sequence[str], teacher: Path | None, progress: Progress) -> dict[str, Any]:
    """All tables whose data are in the folder `data`, for `models` (encoders that read images) and the teacher."""
    report: dict[str, Any] = {}
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        if (data / "things").is_dir():
            report["things"] = things(data / "things", work)
        if (data / "materials").is_dir():
            report["materials"] = materials(data / "materials", work, models, teacher, progress)
            report["active"] = active(data / "materials", progress)
        if (data / "objects92").is_dir():
            report["objects92"] = objects92(data / "objects92", work, models, teacher)
    return report


def things(folder: Path, work: Path) -> dict[str, Any]:
    """Odd one out from texts: names, definitions, and a head on them with people and concepts held out."""
    with (folder / "things_concepts.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    meaning = next(name for name in rows[0] if "Definition" in name)
    names = [row["uniqueID"] for row in rows]
    with (work / "things.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([row["uniqueID"], f"{row['Word']}: {row[meaning]}"] for row in rows)
    workspace = import_source(work / "things.csv", work / "things")
    options = Options(kind="odd-one-out", campaign="things", base=1, odd="column:4", person="5")
    import_judgments(workspace, folder / "test_triplets.csv", options)
    judged = read_judged(workspace, "things")
    encoder = load_encoder(SENTENCE)
    vectors = encoder.encode_texts(workspace.dataset().column("text").tolist())
    table = [_row("names", encoder.encode_texts(names), judged), _row("name: definition", vectors, judged)]
    heads = []
    for kind in ("projection", "mlp"):
        settings = JudgedSettings(kind=kind, items_out=0.3)
        parts = split(judged.asked, np.random.default_rng(0), settings.items_out, settings.people_out)
        heads += _head_rows(vectors, parts, encoder, settings, "human things")
    return {"people": asdict(reliability_of(judged)), "models": table, "heads": heads}


def materials(
    folder: Path, work: Path, models: Sequence[str], teacher: Path | None, progress: Progress
) -> dict[str, Any]:
    """Anchored triplets on pictures: places fitted to answers, encoders, and heads with materials held out."""
    workspace = import_source(folder / "images", work / "materials")
    for part in ("train", "test"):
        options = Options(kind="votes", campaign=part, by_path=True)
        import_judgments(workspace, folder / f"answers_processed_{part}.json", options)
    train, test = (read_judged(workspace, part) for part in ("train", "test"))
    rows, places = places_of(train.asked, 4)
    fitted = choice_agreement(distance_similarity(places, rows, 100), _choices(test), np.random.default_rng(0))
    table = [{"model": "places fitted to the train answers (4 dimensions)", **_words(fitted.single, fitted.majority)}]
    heads = []
    for name, vectors in _image_vectors(workspace, models, teacher).items():
        table.append(_row(name, vectors, test))
        progress.start(f"heads on {name}, materials held out", 2)
        heads += [_folded(name, vectors, train, test, kind) for kind in ("projection", "mlp")]
        progress.finish()
    return {"people": asdict(reliability_of(test)), "models": table, "heads": heads}


def objects92(folder: Path, work: Path, models: Sequence[str], teacher: Path | None) -> dict[str, Any]:
    """Rank correlation with the mean matrix of 16 people; image and text vectors side by side."""
    workspace = import_source(folder / "items.csv", work / "objects92")
    import_judgments(workspace, folder / "behaviour_rdms.npz", Options(kind="matrix", campaign="matrices"))
    judged = read_judged(workspace, "matrices")
    dataset = workspace.dataset()
    vectors: dict[str, Floats] = dict(_image_vectors(workspace, models, teacher))
    words = load_encoder(SENTENCE).encode_texts(dataset.column("category").tolist())
    vectors["words of the category (MiniLM)"] = words
    table = [_row(name, rows, judged) for name, rows in vectors.items()]
    same = rating_agreement(column_similarity(dataset, "category"), _ratings(judged), np.random.default_rng(0))
    table.append({"model": "same category", "spearman": _score(same.spearman), "pearson": _score(same.pearson)})
    stacked = []
    for name, rows in vectors.items():
        if rows is words:
            continue
        text, image = vectors_similarity(words), vectors_similarity(rows)
        found = stacked_agreement(image, text, judged.asked, np.random.default_rng(0))
        scores = {part: _score(headline(getattr(found, part))) for part in ("first", "second", "both")}
        stacked.append({"image": name, "weight": found.weight, "tuning_items": found.tuning_items, **scores})
    return {"people": asdict(reliability_of(judged)), "models": table, "stacked": stacked}


def active(folder: Path, progress: Progress, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Answers needed for 0.80 of the majorities, active against random, each seed with the same first questions."""
    parts = [json.loads((folder / f"answers_processed_{name}.json").read_text("utf-8")) for name in ("train", "test")]
    pool, test = (Votes(np.array(one["answers"]), np.array(one["agreement"], dtype=np.float64)) for one in parts)
    needed: dict[str, list[int | None]] = {name: [] for name in STRATEGIES}
    progress.start("active against random", len(seeds))
    for done, seed in enumerate(seeds):
        for name, found in needed.items():
            count, _ = answers_needed(pool, test, 100, name, TARGET, MOST_ANSWERS, np.random.default_rng(seed))
            found.append(count)
        progress.advance(done + 1)
    progress.finish()
    both = [(a, r) for a, r in zip(needed["active"], needed["random"], strict=True) if a and r]
    return {"target": TARGET, "needed": needed, **ratio_interval(both)}


def ratio_interval(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Geometric mean of active / random over the seeds, and its 95 % t interval on the log scale."""
    from scipy.stats import t

    logs = np.log([a / r for a, r in pairs])
    if len(logs) < 2:
        return {"ratio": None, "low": None, "high": None, "seeds": len(logs)}
    half = t.ppf(0.975, len(logs) - 1) * logs.std(ddof=1) / np.sqrt(len(logs))
    low, middle, high = np.exp([logs.mean() - half, logs.mean(), logs.mean() + half])
    return {"ratio": float(middle), "low": float(low), "high": float(high), "seeds": len(logs)}


def _folded(name: str, vectors: Floats, train: Judged, test: Judged, kind: str) -> dict[str, Any]:
    """Five parts of the materials held out in turn: in no training answer, tested on the test answers about them."""
    settings = JudgedSettings(kind=kind)
    items = np.random.default_rng(0).permutation(len(vectors))
    single, majority, questions = np.zeros(2), np.zeros(2), 0
    only_single, only = np.zeros(2), 0
    for fold in range(FOLDS):
        held = items[fold::FOLDS]
        kept = _without(_choices(train), held)
        _, weights = fit_answers(vectors, kept, settings, f"human {kind}", Silent())
        similarity = vectors_similarity(
            apply_head(Head(kind=kind, encoder="", fingerprint="", weights=weights), vectors)
        )
        touched = _touching(_choices(test), held, 1)
        found = choice_agreement(similarity, touched, np.random.default_rng(0), 0)
        single += np.array([found.single.value * found.answers, found.answers])
        majority += np.array([found.majority.value * found.decided, found.decided])
        questions += found.questions
        inside = _touching(_choices(test), held, 2)
        new = choice_agreement(similarity, inside, np.random.default_rng(0), 0)
        only_single += np.array([new.majority.value * new.decided, new.decided])
        only += new.questions
    return {
        "model": name,
        "head": kind,
        "single": single[0] / single[1],
        "majority": majority[0] / majority[1],
        "questions": questions,
        "majority_two_new": only_single[0] / only_single[1],
        "questions_two_new": only,
    }


def _without(asked: Choices, held: NDArray[np.int64]) -> Choices:
    return asked.take(np.isin(asked.items, held).sum(1)[asked.question] == 0)


def _touching(asked: Choices, held: NDArray[np.int64], least: int) -> Choices:
    """Questions with at least `least` held-out items."""
    return asked.take(np.isin(asked.items, held).sum(1)[asked.question] >= least)


def _head_rows(vectors: Floats, parts: Split, encoder: Encoder, settings: JudgedSettings, name: str) -> Table:
    head = Head(kind=settings.kind, encoder=encoder.spec, fingerprint=encoder.fingerprint, weights={})
    learned = learn(vectors, parts, head, settings, name, Silent())
    rows = []
    for part, (before, after) in learned.tests.items():
        counted = {"questions": getattr(after, "questions", 0), "answers": after.answers}
        row = {"head": settings.kind, "tested_on": part, "before": _score(headline(before))}
        rows.append({**row, "after": _score(headline(after)), **counted, "learned_from": learned.answers})
    return rows


def _image_vectors(workspace: Workspace, models: Sequence[str], teacher: Path | None) -> dict[str, Floats]:
    paths = [workspace.image_path(row) for row in range(len(workspace.dataset()))]
    found = {}
    for spec in models:
        encoder = load_encoder(spec)
        found[spec] = encoder.encode_images([read_image(path, encoder.image_side) for path in paths])
    if teacher is not None:
        model = Teacher(teacher)
        features = np.stack([model.features(read_image(path, None)) for path in paths])
        found["MobileNet v2 features"] = unit_rows(features, "features")
    return found


def _row(name: str, vectors: Floats, judged: Judged) -> dict[str, Any]:
    similarity, rng = vectors_similarity(vectors), np.random.default_rng(0)
    if isinstance(judged.asked, Choices):
        choice = choice_agreement(similarity, judged.asked, rng)
        return {"model": name, **_words(choice.single, choice.majority)}
    rating = rating_agreement(similarity, judged.asked, rng)
    return {"model": name, "spearman": _score(rating.spearman), "pearson": _score(rating.pearson)}


def _words(first: Score, second: Score) -> dict[str, Any]:
    return {"single": _score(first), "majority": _score(second)}


def _score(score: Score) -> list[float]:
    return [round(value, 4) for value in (score.value, score.low, score.high)]


def _choices(judged: Judged) -> Choices:
    assert isinstance(judged.asked, Choices)
    return judged.asked


def _ratings(judged: Judged) -> Ratings:
    assert isinstance(judged.asked, Ratings)
    return judged.asked
