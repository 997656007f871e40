"""The Combiner that ships with pocket: trained on scenes and photos, measured, and written with its card."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, unit_rows
from explorer.base.progress import Progress
from explorer.base.settings import check_name
from explorer.base.shipped import TREE
from explorer.encoders import Encoder, load_encoder
from explorer.features.conditional.combiner import FEATURES, KIND, UNIT
from explorer.features.conditional.evaluate_scenes import evaluate_scenes_tasks
from explorer.features.conditional.scene_report import format_tasks
from explorer.features.conditional.scene_vectors import cached, encode_scenes
from explorer.features.conditional.train_combiner import CombinerSettings, TrainedCombiner, train_combiner
from explorer.features.conditional.triplets import Triplets, joined
from explorer.heads.fit import training_folder
from explorer.heads.head import SHIPPED, Head, heads_root
from explorer.heads.store import write_head
from explorer.io.atomic import write_json
from recipes.combiner.photos import encode_rows, photo_triplets, training_rows
from recipes.combiner.scene_triplets import families, scene_triplets
from recipes.photos import read_photos

NAME = "pocket-combiner"
RESULT = TREE / "benchmarks" / "results" / "conditional_scenes.json"
TEMPLATE = Path(__file__).with_name("card.md")


@dataclass(frozen=True)
class Recipe:
    """families: of four scenes each. templates: of each task, for measuring. photos: at most, drawn at random."""

    families: int = 4000
    templates: int = 200
    photos: int = 6000
    seed: int = 1
    combiner: CombinerSettings = field(default_factory=CombinerSettings)


@dataclass(frozen=True)
class Material:
    """Frozen vectors (n, d) of the items, (t, d) of the conditions, the triplets, and what they are made from."""

    vectors: Floats
    texts: Floats
    triplets: Triplets
    data: dict[str, int]


def material(encoder: Encoder, photos: Path | None, recipe: Recipe, progress: Progress) -> Material:
    """Draw scenes, read photos, encode both (once for these weights) and make the triplets."""
    made = families(recipe.families, np.random.default_rng(recipe.seed))
    scenes = [scene for family in made for scene in family]
    name = f"families-{recipe.families}-{recipe.seed}"
    parts = [scene_triplets(made, np.random.default_rng(recipe.seed + 1))]
    vectors = [cached(name, encoder, lambda: encode_scenes(encoder, scenes, progress, "Scenes to learn from"))]
    data = {"scenes": len(scenes), "scene triplets": len(parts[0]), "photos": 0, "photo triplets": 0}
    if photos is not None:
        known = read_photos(photos)
        rows = training_rows(known)
        some = np.random.default_rng(recipe.seed).permutation(len(rows))[: recipe.photos]
        rows = np.sort(rows[some])
        parts.append(photo_triplets(known, rows, np.random.default_rng(recipe.seed + 2)))
        vectors.append(
            cached(f"photos-{len(rows)}", encoder, lambda: encode_rows(encoder, known, rows, progress, "Photos"))
        )
        data |= {"photos": len(rows), "photo triplets": len(parts[1])}
    whole = joined(parts)
    return Material(unit_rows(np.concatenate(vectors)), encoder.encode_texts(whole.conditions), whole, data)


def run(model: str, photos: Path | None, name: str, install: bool, progress: Progress) -> str:
    """Train, measure and write the Combiner that ships, or with `install` False a copy of one's own; the table.

    The result goes among the committed ones when it is installed, else beside its training.
    """
    result = RESULT if install else training_folder(NAME) / "result.json"
    name = check_name(name or NAME)
    folder = (SHIPPED if install else heads_root()) / name
    return format_tasks(make_shipped(load_encoder(model), photos, folder, Recipe(), result=result, progress=progress))


def make_shipped(
    encoder: Encoder, photos: Path | None, folder: Path, recipe: Recipe, *, result: Path, progress: Progress
) -> dict[str, Any]:
    """Train, measure on the four tasks, write head and card to `folder`, and the result; returns the report.

    A stopped training of this name goes on.
    """
    stuff = material(encoder, photos, recipe, progress)
    trained = train_combiner(
        stuff.vectors,
        stuff.texts,
        stuff.triplets,
        folder=training_folder(folder.name),
        settings=recipe.combiner,
        progress=progress,
        key=json.dumps([encoder.fingerprint, stuff.data]),
    )
    head = Head(kind=KIND, encoder=encoder.spec, fingerprint=encoder.fingerprint, weights=trained.weights)
    report = evaluate_scenes_tasks(encoder, head, recipe.templates, progress)
    card = card_of(stuff.data, recipe, trained, report)
    write_head(folder, replace(head, card=card), write_card(card, report))
    write_json(result, report)
    return report


def card_of(data: dict[str, int], recipe: Recipe, trained: TrainedCombiner, report: dict[str, Any]) -> dict[str, Any]:
    """The card's values."""
    fitted = trained.fitted
    return {
        "data": data,
        FEATURES: UNIT,
        "settings": asdict(recipe) | {"steps done": fitted.steps, "best step": fitted.best_step},
        "numbers": {
            "average R@1 on the four scene tasks": report["table"]["combiner"]["average"]["R@1"],
            "times the best training-free method": report["times"],
            "best training-free method": report["best training-free"],
            "times the best training-free method from the same words": report["times from the same words"],
            "first among all on held-out triplets": round(fitted.best_score, 4),
        },
        "limits": "Conditions like those it learned from: attributes of drawn scenes, kinds and colours of products.",
    }


def write_card(card: dict[str, Any], report: dict[str, Any]) -> str:
    """The card as Markdown; every number comes from `card` and `report`."""
    settings = card["settings"]["combiner"]
    return TEMPLATE.read_text(encoding="utf-8").format(
        encoder=report["encoder"],
        weights=report["weights"][:16],
        table=format_tasks(report),
        part=settings["part"],
        joint=settings["joint"],
        scale=settings["scale"],
        batch=settings["batch"],
        best=card["settings"]["best step"],
        steps=card["settings"]["steps done"],
        score=card["numbers"]["first among all on held-out triplets"],
        limits=card["limits"],
        **{name.replace(" ", "_"): f"{count:,}" for name, count in card["data"].items()},
    )
