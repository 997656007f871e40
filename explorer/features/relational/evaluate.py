"""`explorer eval relations`: a relational head on scenes, beside every other method of the kind "logic".

Relations that the head has seen in training are asked of the head itself; relations that it has not, of variants of it
that are trained here, each without one group of relations.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, unit_rows
from explorer.base.metrics import score_text
from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.encoders.histogram import HistogramEncoder
from explorer.features.relational import logic, looks
from explorer.features.relational.anonymise import read_lexicon, without_nouns
from explorer.features.relational.contract import Ask, Method, methods_of
from explorer.features.relational.retrieval_task import CANDIDATES, REACH, by_method, measured_methods, questions
from explorer.features.relational.scene_material import Material, fit_scenes, material
from explorer.features.relational.scenes import LOOKS, SCENES, SIDE
from explorer.features.relational.settings import RelationalSettings
from explorer.heads.head import Head
from explorer.scenes import RELATIONS, caption, render

SHIPPED_HEAD, FOLDS = "pocket-relational", 5
SEEN, UNSEEN = "Relations seen in training", "Relations never seen in training"
LURES = ", distractors that look like the query"


def report_name(method: Method) -> str:
    """What a method is called in reports."""
    return method.label[0].lower() + method.label[1:] + " (needs captions)" * ("captions" in method.needs)


IMAGE, HEAD = report_name(looks.METHOD), report_name(logic.METHOD)


def evaluate_head(name: str, progress: Progress) -> dict[str, Any]:
    """The report of a stored head, the shipped one for ""; what it needs is drawn, or read where it is kept.

    ModelError when there is no such head, or its model cannot be loaded.
    """
    from explorer.encoders.registry import load_encoder
    from explorer.encoders.relational import RelationalEncoder

    encoder = load_encoder(f"relational:{name or SHIPPED_HEAD}")
    assert isinstance(encoder, RelationalEncoder)
    found = material(encoder.base, SCENES, LOOKS, progress)
    return evaluate(encoder.base, encoder.text, encoder.head, found, settings=RelationalSettings(), progress=progress)


def evaluate(
    encoder: Encoder, text: Encoder, head: Head, found: Material, *, settings: RelationalSettings, progress: Progress
) -> dict[str, Any]:
    """The report as plain values: relations seen (the head itself), and relations unseen (variants trained here)."""
    plain = Ask(item=0, looks=unit_rows(found.asked.pooled), captions=caption_vectors(text, found))
    seen = replace(plain, logic=unit_rows(found.through(head.weights)))
    unseen = unseen_asks(plain, text, found, settings, progress)
    histograms = Ask(item=0, looks=histogram_vectors(found, progress))
    asks = {SEEN: lambda query: seen, UNSEEN: lambda query: unseen[found.tested[query].relation]}
    parts = {}
    for title, ask_about in asks.items():
        scorers = {"colour histogram": by_method(looks.METHOD, lambda query: histograms)} | {
            report_name(method): by_method(method, ask_about) for method in methods_of("logic").values()
        }
        for lures in (False, True):
            parts[title + LURES * lures] = measured_methods(questions(found.looks, lures), scorers, scorers[IMAGE])
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


def folds(count: int = FOLDS) -> list[list[str]]:
    """The relations in `count` groups; each group is unknown to one variant of the head."""
    return [list(RELATIONS)[start::count] for start in range(count)]


def unseen_asks(
    plain: Ask, text: Encoder, found: Material, settings: RelationalSettings, progress: Progress
) -> dict[str, Ask]:
    """For each relation, the question with the vectors of the variant of the head that never saw this relation."""
    asks: dict[str, Ask] = {}
    for number, group in enumerate(folds()):
        name = f"relational-unseen-{number}"
        weights, _ = fit_scenes(found, text, settings, name, progress, without=group)
        asks |= dict.fromkeys(group, replace(plain, logic=unit_rows(found.through(weights))))
    return asks


def histogram_vectors(found: Material, progress: Progress) -> Floats:
    """(n, d) unit rows: colour histograms of the scenes of the task."""
    histogram, rows = HistogramEncoder(), []
    progress.start("Colour histograms", len(found.tested))
    for start in range(0, len(found.tested), 100):
        rows.append(histogram.encode_images([render(scene, SIDE) for scene in found.tested[start : start + 100]]))
        progress.advance(start + len(rows[-1]))
    progress.finish()
    return unit_rows(np.concatenate(rows))


def caption_vectors(text: Encoder, found: Material) -> Floats:
    """(n, d) unit rows: captions of the scenes of the task with the concrete words struck out."""
    lexicon = read_lexicon()
    stripped = [without_nouns(caption(scene), lexicon) or "nothing" for scene in found.tested]
    return unit_rows(text.encode_texts(stripped))


def reach(report: dict[str, Any]) -> dict[str, bool]:
    """What was set out for, and whether each holds on the plain task and on the one with lures."""
    found = {}
    for lures in ("", LURES):
        seen, unseen = (report["parts"][title + lures] for title in (SEEN, UNSEEN))
        found[f"R@1 at least 0.70{lures}"] = seen[HEAD]["all"]["r1"]["value"] >= REACH["seen"]
        least = seen[HEAD]["least alike"]["r1"]["value"]
        found[f"R@1 at least 0.60 on the quarter that looks least alike{lures}"] = least >= REACH["seen, least alike"]
        found[f"unseen relations: interval above that of image similarity{lures}"] = (
            unseen[HEAD]["all"]["r1"]["low"] > unseen[IMAGE]["all"]["r1"]["high"]
        )
    return found


def reach_words(reached: dict[str, bool]) -> str:
    """Which aims were reached, in one or two sentences."""
    good, missed = ([name for name, yes in reached.items() if yes is wanted] for wanted in (True, False))
    return f"Reached: {'; '.join(good) or 'none'}." + (f" Not reached: {'; '.join(missed)}." if missed else "")


def format_relations(report: dict[str, Any]) -> str:
    """The report as Markdown tables."""
    lines = [
        f"Find the scene of the same relation among {CANDIDATES} (chance R@1 0.10, mAP 0.29). "
        f"{report['looks']} looks, {report['queries']:,} queries; 95 % intervals from resampled looks.\n"
    ]
    for title, rows in report["parts"].items():
        lines += [f"**{title}**\n", "| Method | R@1 | mAP | R@1, quarter that looks least alike |", "|---|---|---|---|"]
        for name, cells in rows.items():
            values = (cells["all"]["r1"], cells["all"]["map"], cells["least alike"]["r1"])
            lines.append(f"| {name} | " + " | ".join(score_text(value) for value in values) + " |")
        lines.append("")
    return "\n".join([*lines, report["reached_words"]])
