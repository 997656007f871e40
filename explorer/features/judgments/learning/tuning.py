"""Tune an encoder to the judgments of a workspace: the result is an encoder `tuned:<name>` like any other."""

from dataclasses import asdict
from typing import Any

import numpy as np

from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.settings import check_name
from explorer.encoders import Encoder, load_encoder
from explorer.encoders.registry import canonical
from explorer.features.judgments.agreement.candidates import read_judged, reliability_of
from explorer.features.judgments.agreement.scores import ChoiceAgreement, RatingAgreement, Score, headline
from explorer.features.judgments.learning.judged import JudgedSettings, Learned, learn, learning_curve
from explorer.features.judgments.questions import Choices
from explorer.features.judgments.splits import Split, rows_of, split
from explorer.heads.head import Head, heads_root, list_heads
from explorer.heads.store import write_head
from explorer.workspace.folder import Workspace

TESTS = {
    "people": "other people, items it learned from",
    "items": "questions with at least one new item",
    "new_items": "questions about new items only",
}


def tune(
    workspace: Workspace,
    campaign: str,
    spec: str,
    name: str,
    settings: JudgedSettings,
    progress: Progress,
    least_passed: float = 0.0,
    encoder: Encoder | None = None,
    curve: bool = True,
) -> Learned:
    """Learn a head on the vectors of `spec` from the answers of `campaign`, and keep it under `name`.

    Some people and items are held out and measured on, see `judgments.splits`. curve: measure with fewer answers, too.
    Raises InputError when the name belongs to a head of another kind, or answers or vectors are missing.
    """
    check_head_name(name)
    judged = read_judged(workspace, campaign, least_passed)
    embeddings = workspace.embeddings(canonical(spec))
    vectors = np.asarray(embeddings.vectors, dtype=np.float32)
    known = embeddings.present[rows_of(judged.asked)].sum(axis=1)[judged.asked.question]
    whole = known == rows_of(judged.asked).shape[1]
    if not whole.any():
        raise InputError(f"None of the items that people were asked about has a vector under {spec}.")
    asked = judged.asked.take(whole)
    base = encoder or load_encoder(canonical(spec))
    parts = split(asked, np.random.default_rng(settings.seed), settings.items_out, settings.people_out)
    blank = Head(settings.kind, base.spec, base.fingerprint, {})
    learned = learn(vectors, parts, blank, settings, name, progress)
    points = learning_curve(vectors, parts, settings, name, progress) if curve else []
    ceiling = reliability_of(judged)
    card = _card(judged.campaign, judged.task, workspace.name, learned, parts, points, asdict(ceiling))
    made = Head(learned.head.kind, base.spec, base.fingerprint, learned.head.weights, {**learned.head.card, **card})
    write_head(heads_root() / check_name(name), made, card_text(name, made))
    return Learned(made, learned.tests, learned.answers, learned.fitted)


def tune_and_prepare(
    workspace: Workspace,
    campaign: str,
    spec: str,
    name: str,
    settings: JudgedSettings,
    progress: Progress,
    least_passed: float = 0.0,
) -> str:
    """`tune`, then vectors, index and map of the workspace under the result; a sentence on what was reached."""
    from explorer.workspace.preparing import prepare

    learned = tune(workspace, campaign, spec, name, settings, progress, least_passed)
    ready = prepare(workspace, f"tuned:{name}", progress=progress)
    words = [
        f"{TESTS[part]}: {headline(before).value:.3f} before, {headline(after).value:.3f} after"
        for part, (before, after) in learned.tests.items()
    ]
    return "\n".join([f"tuned:{name} learned from {learned.answers:,} answers.", *words, ready])


def check_head_name(name: str) -> str:
    """Return `name` when a head tuned by people may have it; InputError when another kind of head has it already."""
    check_name(name)
    if name in list_heads() and name not in [*list_heads("projection"), *list_heads("mlp")]:
        raise InputError(f"There is a head called {name!r} of another kind already. Choose another name.")
    return name


def _card(
    campaign: str,
    task: str,
    workspace: str,
    learned: Learned,
    parts: Split,
    points: list[dict[str, float]],
    ceiling: dict[str, Any],
) -> dict[str, Any]:
    tests = {
        part: {"before": _numbers(before), "after": _numbers(after)} for part, (before, after) in learned.tests.items()
    }
    return {
        "made_from": "judgments",
        "workspace": workspace,
        "campaign": campaign,
        "task": task,
        "answers": learned.answers,
        "people_held_out": len(parts.held_people),
        "items_held_out": len(parts.held_items),
        "best_step": learned.fitted.best_step,
        "tests": tests,
        "curve": points,
        "curve_of": "items" if parts.items is not None else "people",
        "ceiling": {key: ceiling[key] for key in ("one", "best", "full")},
        "choices": isinstance(parts.train, Choices),
    }


def _numbers(found: ChoiceAgreement | RatingAgreement) -> dict[str, Any]:
    main = _score(headline(found))
    if isinstance(found, ChoiceAgreement):
        counts = {"questions": found.questions, "answers": found.answers, "decided": found.decided}
        return {"single": main, "majority": _score(found.majority), "chance": found.chance, **counts}
    return {"spearman": main, "pearson": _score(found.pearson), "pairs": found.pairs}


def _score(score: Score) -> list[float | None]:
    return [float(v) if np.isfinite(v) else None for v in (score.value, score.low, score.high)]


def card_text(name: str, head: Head) -> str:
    """The card in words, for whoever finds the files."""
    card = head.card
    lines = [
        f"# tuned:{name}",
        "",
        f"{head.encoder}, tuned by people: {card['answers']:,} answers of the campaign “{card['campaign']}” "
        f"({card['workspace']}). {card['items_held_out']} items and {card['people_held_out']} people were held out.",
        "",
        "| Tested on | before | after |",
        "|---|---|---|",
    ]
    for part, numbers in card["tests"].items():
        key = "single" if "single" in numbers["before"] else "spearman"
        before, after = (_words(numbers[side][key]) for side in ("before", "after"))
        lines.append(f"| {TESTS[part]} | {before} | {after} |")
    return "\n".join(
        [*lines, "", "Value and 95 % interval over items and people. Limits: learned from these items only.", ""]
    )


def _words(score: list[float | None]) -> str:
    value, low, high = score
    if value is None:
        return "–"
    return f"{value:.3f}" if low is None else f"{value:.3f} ({low:.3f} to {high:.3f})"
