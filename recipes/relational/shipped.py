"""The whole measurement of relational heads on scenes, the shipped head for pocket, and its card."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from explorer.base.settings import home
from explorer.encoders.base import Encoder
from explorer.encoders.histogram import HistogramEncoder
from explorer.encoders.relational import KIND, apply_relational
from explorer.features.relational import evaluate as task
from explorer.features.relational import scenes as data
from explorer.features.relational.anonymise import read_lexicon, without_nouns
from explorer.features.relational.train import RelationalSettings, train_head
from explorer.heads.fit import Fitted, training_folder
from explorer.heads.head import SHIPPED, Head
from explorer.heads.store import write_head
from explorer.scenes import RELATIONS, Scene, caption, render

NAME, FOLDS = "pocket-relational", 5
TEMPLATE = Path(__file__).with_name("card.md")
SEEN, UNSEEN = "Relations seen in training", "Relations never seen in training"
HEAD, IMAGE = "relational head", "image similarity"
LURES = ", distractors that look like the query"


@dataclass(frozen=True)
class Material:
    """Scenes with their frozen features: those for training, and the (looks x relations) ones of the task."""

    train: list[Scene]
    learn: data.Features
    tested: list[Scene]
    asked: data.Features
    looks: int


def material(encoder: Encoder, scenes: int, looks: int, progress: Progress) -> Material:
    """Draw and encode, or read what an earlier call has kept for the same weights."""
    train = data.training_scenes(scenes)
    tested = [scene for look in data.task_scenes(looks) for scene in look]
    parts = []
    for what, some in (("Scenes to learn from", train), ("Scenes of the task", tested)):
        folder = home() / "training" / "relational-scenes"
        path = folder / f"{encoder.fingerprint[:16] or 'none'}-{len(some)}-{what.split()[-1]}.npz"
        parts.append(_kept(path) or _keep(path, data.features_of_scenes(encoder, some, progress, what)))
    return Material(train, parts[0], tested, parts[1], looks)


def _kept(path: Path) -> data.Features | None:
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as stored:
        return data.Features(stored["pooled"], stored["patches"])


def _keep(path: Path, features: data.Features) -> data.Features:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp.npz")
    np.savez(temporary, pooled=features.pooled, patches=features.patches)
    temporary.replace(path)
    return features


def fit_scenes(
    found: Material,
    text: Encoder,
    settings: RelationalSettings,
    name: str,
    progress: Progress,
    without: Sequence[str] = (),
) -> tuple[dict[str, Floats], Fitted]:
    """Train on the scenes, leaving out those of some relations."""
    rows = np.array([row for row, scene in enumerate(found.train) if scene.relation not in without])
    lessons = data.scene_lessons(found.learn.of(rows), [found.train[row] for row in rows], text)
    return train_head(lessons, settings, training_folder(name), progress)


def folds(count: int = FOLDS) -> list[list[str]]:
    """The relations in `count` groups; each group is unknown to one variant of the head."""
    return [list(RELATIONS)[start::count] for start in range(count)]


def evaluate(
    encoder: Encoder, text: Encoder, head: Head, found: Material, settings: RelationalSettings, progress: Progress
) -> dict[str, Any]:
    """The report as plain values: relations seen (the head itself), and relations unseen (variants trained here)."""
    scorers = baselines(encoder, text, found, progress)
    image = task.by_vectors(found.asked.pooled)
    parts: dict[str, Any] = {}
    known = scorers | {HEAD: task.by_vectors(_through(head.weights, found))}
    unseen = scorers | {HEAD: unseen_scorer(text, found, settings, progress)}
    for title, these in ((SEEN, known), (UNSEEN, unseen)):
        for lures in (False, True):
            asked = task.questions(found.looks, lures)
            parts[title + LURES * lures] = task.part(asked, these, image)
    report = {
        "encoder": encoder.spec,
        "weights": encoder.fingerprint,
        "head": head.sha256,
        "looks": found.looks,
        "queries": found.looks * len(RELATIONS),
        "scenes": len(found.train),
        "folds": folds(),
        "parts": parts,
    }
    return report | {"reached": (reached := reach(report)), "reached_words": reach_words(reached)}


def baselines(encoder: Encoder, text: Encoder, found: Material, progress: Progress) -> dict[str, task.Scorer]:
    """Colour histogram, image similarity of the model, and captions with the concrete words taken out."""
    histogram, rows = HistogramEncoder(), []
    progress.start("Colour histograms", len(found.tested))
    for start in range(0, len(found.tested), 100):
        rows.append(histogram.encode_images([render(scene, data.SIDE) for scene in found.tested[start : start + 100]]))
        progress.advance(start + len(rows[-1]))
    progress.finish()
    lexicon = read_lexicon()
    stripped = [without_nouns(caption(scene), lexicon) or "nothing" for scene in found.tested]
    return {
        "colour histogram": task.by_vectors(np.concatenate(rows)),
        IMAGE: task.by_vectors(found.asked.pooled),
        "captions, nouns removed (needs captions)": task.by_vectors(text.encode_texts(stripped)),
    }


def unseen_scorer(text: Encoder, found: Material, settings: RelationalSettings, progress: Progress) -> task.Scorer:
    """Scores every query by the variant of the head that never saw the query's relation."""
    by_relation: dict[str, task.Scorer] = {}
    for number, group in enumerate(folds()):
        weights, _ = fit_scenes(found, text, settings, f"relational-unseen-{number}", progress, group)
        scorer = task.by_vectors(_through(weights, found))
        by_relation |= dict.fromkeys(group, scorer)
    return lambda query, rows: by_relation[found.tested[query].relation](query, rows)


def _through(weights: Any, found: Material) -> Floats:
    return apply_relational(Head(KIND, "", "", weights), found.asked.pooled, found.asked.patches)


def reach(report: dict[str, Any]) -> dict[str, bool]:
    """What was set out for, and whether each holds on the plain task and on the one with lures."""
    found = {}
    for lures in ("", LURES):
        seen, unseen = (report["parts"][title + lures] for title in (SEEN, UNSEEN))
        found[f"R@1 at least 0.70{lures}"] = seen[HEAD]["all"]["r1"]["value"] >= task.REACH["seen"]
        least = seen[HEAD]["least alike"]["r1"]["value"]
        found[f"R@1 at least 0.60 on the quarter that looks least alike{lures}"] = (
            least >= task.REACH["seen, least alike"]
        )
        found[f"unseen relations: interval above that of image similarity{lures}"] = (
            unseen[HEAD]["all"]["r1"]["low"] > unseen[IMAGE]["all"]["r1"]["high"]
        )
    return found


def reach_words(reached: dict[str, bool]) -> str:
    """Which aims were reached, in one or two sentences."""
    good, missed = ([name for name, yes in reached.items() if yes is wanted] for wanted in (True, False))
    return f"Reached: {'; '.join(good) or 'none'}." + (f" Not reached: {'; '.join(missed)}." if missed else "")


def make_shipped(
    encoder: Encoder,
    text: Encoder,
    progress: Progress,
    folder: Path = SHIPPED / NAME,
    *,
    scenes: int = data.SCENES,
    looks: int = data.LOOKS,
    settings: RelationalSettings | None = None,
) -> dict[str, Any]:
    """Train the head on scenes, measure it, and write it with its card to `folder`. Returns the report."""
    settings = settings or RelationalSettings()
    found = material(encoder, scenes, looks, progress)
    weights, fitted = fit_scenes(found, text, settings, NAME, progress)
    head = Head(KIND, encoder.spec, encoder.fingerprint, weights)
    facts: dict[str, Any] = {
        "data": f"{scenes:,} drawn scenes without any held-out combination, with their exact anonymous captions",
        "settings": asdict(settings) | {"best_step": fitted.best_step, "held_out_score": round(fitted.best_score, 4)},
        "limits": LIMITS,
    }
    write_head(folder, replace(head, card=facts), "")
    stored = replace(head, sha256=json.loads((folder / "head.json").read_text(encoding="utf-8"))["sha256"])
    report = evaluate(encoder, text, stored, found, settings, progress)
    facts["numbers"] = report["parts"]
    write_head(folder, replace(head, card=facts), write_card(report, facts))
    return report


def evaluate_head(name: str, progress: Progress) -> dict[str, Any]:
    """The report of a stored head, the shipped one for ""; what it needs is drawn, or read where it is kept."""
    from explorer.encoders.registry import load_encoder
    from explorer.encoders.relational import RelationalEncoder

    encoder = load_encoder(f"relational:{name or NAME}")
    assert isinstance(encoder, RelationalEncoder)
    found = material(encoder.base, data.SCENES, data.LOOKS, progress)
    return evaluate(encoder.base, encoder.text, encoder.head, found, RelationalSettings(), progress)


LIMITS = (
    "It knows the 19 ways in which drawn scenes are arranged (a row that grows, inside, mirrored, ...). On photos it "
    "says how things are laid out as far as drawn scenes taught it; what a photo is about (a joke, a cause, a use) it "
    "does not know, and no number here was measured on photos."
)


def write_card(report: dict[str, Any], facts: dict[str, Any]) -> str:
    """The card as Markdown."""
    settings = facts["settings"]
    return TEMPLATE.read_text(encoding="utf-8").format(
        data=facts["data"],
        limits=facts["limits"],
        encoder=report["encoder"],
        weights=report["weights"],
        patch=settings["patch"],
        hidden=settings["hidden"],
        batch=settings["batch"],
        best=settings["best_step"],
        steps=settings["fit"]["steps"],
        table=task.format_relations(report),
        groups="; ".join(", ".join(group) for group in report["folds"]),
    )
