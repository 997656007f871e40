"""Places from a campaign's answers, kept as vectors of the workspace, and what they foresee of answers held out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.embeddings import Embeddings
from explorer.base.progress import Progress
from explorer.features.judgments.agreement.judged import Judged, read_judged
from explorer.features.judgments.agreement.similarity import Similarity, distance_similarity
from explorer.features.judgments.learning.held_out import TESTS, HeldOut, held_out
from explorer.features.judgments.learning.places import on_sphere, places_of
from explorer.features.judgments.learning.sources import FITTED, settings_of, source_of
from explorer.features.judgments.learning.tuning_card import kept_estimate, read_estimate
from explorer.features.judgments.questions import Asked
from explorer.features.judgments.splits import LEAST, LEAST_PEOPLE, measured_words, people_to_hold_out
from explorer.io.embedding_store import save_embeddings
from explorer.io.text import counted
from explorer.workspace.contents import item_hashes
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

SEED = 0


@dataclass(frozen=True, kw_only=True)
class Placed:
    """What was fitted, and how well. held_out: by the names of its TESTS. notes: sentences on what was tested."""

    spec: str
    items: int
    dim: int
    chance: float | None
    held_out: dict[str, HeldOut]
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it, a line a test."""
        what = (
            f"Share of held-out answers given (guessing gives {self.chance:.3f})"
            if self.chance
            else "Spearman's correlation"
        )
        lines = [f"{self.items:,} items placed in {self.dim} dimensions as {self.spec}."]
        if self.held_out:
            lines.append(f"{what}, held out in turn, with 95 % intervals over items and people:")
        lines += [f"- {TESTS[name]}: {words(one)}" for name, one in self.held_out.items()]
        return "\n".join([*lines, *self.notes])


def fit_places(
    opened: Opened, campaign: str, *, dim: int, loss: str, progress: Progress, condition: str = ""
) -> Placed:
    """Fit places to all answers of `campaign` that count, and keep them as `precomputed:people <campaign>`.

    condition: that people judged under, which then is part of the name; "" for the one with most answers.

    Before, some questions and people are held out in turn, and what places fitted to the others foresee of them is
    kept with the vectors. Raises InputError when there are no such answers.
    """
    judged = read_judged(opened, campaign, condition=condition)
    asked, count = judged.asked, len(opened.dataset)

    def fit(some: Asked) -> Similarity:
        rows, places = places_of(some, dim, loss, SEED)
        return distance_similarity(places, rows, count)

    found = held_out(asked, fit, np.random.default_rng(SEED), progress)
    progress.start("places from all answers", 1)
    rows, places = places_of(asked, dim, loss, SEED)
    progress.finish()
    placed = Placed(
        spec=f"{FITTED}people {campaign} {condition}".rstrip(),
        items=len(rows),
        dim=dim,
        chance={"odd_one_out": 1 / 3, "triplet": 1 / 2}.get(judged.task),
        held_out=found,
        notes=_notes(judged, found),
    )
    _save(opened.workspace, rows, places, {**source_of(opened, campaign, asked), "loss": loss, "fit": _kept(placed)})
    return placed


def placed_here(opened: Opened) -> dict[str, Placed]:
    """What is kept of the places that were fitted to campaigns of this workspace, by their specs."""
    fitted = (settings_of(opened, spec) for spec in opened.encoders if spec.startswith(FITTED))
    found = [_read(settings.get("fit")) for settings in fitted]
    return {one.spec: one for one in found if one}


def words(one: HeldOut) -> str:
    """A score with its interval, and on how much it was measured."""
    score = one.score
    interval = f" ({score.low:.3f} to {score.high:.3f})" if np.isfinite(score.low) else ""
    on = f"{counted(one.answers, 'answer')} to {counted(one.questions, 'question')}"
    return f"{score.value:.3f}{interval} on {on}" + (f" by {_people(one.people)}" if one.people else "")


def _notes(judged: Judged, found: Mapping[str, HeldOut]) -> tuple[str, ...]:
    """What the numbers do not cover, and why."""
    asked = judged.asked
    named = len(np.unique(asked.person[asked.person >= 0]))
    notes = [judged.rules_said, judged.drawn.sentence]
    if not len(people_to_hold_out(asked)):
        who = f"the answers name {_people(named)}" if named else "the answers name nobody"
        notes.append(f"Nobody was held out: {who}, and {LEAST_PEOPLE} are needed to say how well it does on others.")
    elif few := [TESTS[name] for name in TESTS if name not in found]:
        notes.append(f"Too few answers (fewer than {LEAST}) to measure on {', and on '.join(few)}.")
    notes.append(measured_words(asked))
    return tuple(note for note in notes if note)


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


def _kept(placed: Placed) -> dict[str, Any]:
    """A `Placed` as JSON holds it."""
    tests = {name: {**asdict(one), "score": kept_estimate(one.score)} for name, one in placed.held_out.items()}
    return {**asdict(placed), "held_out": tests}


def _read(kept: Any) -> Placed | None:
    """What `_kept` made, None for anything else."""
    try:
        chance = kept["chance"]
        return Placed(
            spec=str(kept["spec"]),
            items=int(kept["items"]),
            dim=int(kept["dim"]),
            chance=None if chance is None else float(chance),
            held_out={name: _read_test(kept["held_out"][name]) for name in TESTS if name in kept["held_out"]},
            notes=tuple(str(note) for note in kept["notes"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _read_test(kept: Any) -> HeldOut:
    answers, questions, people = (int(kept[name]) for name in ("answers", "questions", "people"))
    score = read_estimate([None if one is None else float(one) for one in kept["score"]])
    return HeldOut(score=score, answers=answers, questions=questions, people=people)


def _save(workspace: Workspace, rows: Rows, places: Doubles, settings: Mapping[str, Any]) -> None:
    """Unit vectors whose cosines order as the distances do: the places lifted onto a sphere around their middle."""
    dataset, spec = workspace.dataset(), settings["fit"]["spec"]
    vectors = np.zeros((len(dataset), places.shape[1] + 1), dtype=np.float32)
    vectors[rows] = on_sphere(places)
    made = blake2b(vectors.tobytes(), digest_size=8).hexdigest()
    present = np.asarray(vectors.any(axis=1), dtype=bool)
    embeddings = Embeddings(vectors, present, spec, {"source": spec, "weights": made, **settings}, dataset.ids_hash)
    with workspace.lock():
        save_embeddings(workspace.folder("embeddings", spec), embeddings, item_hashes(dataset), dataset.content_hash)
