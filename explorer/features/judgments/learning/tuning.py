"""Tune an encoder to the judgments of a workspace: the result is an encoder `tuned:<name>` like any other."""

from dataclasses import dataclass, field, replace

import numpy as np

from explorer.base.arrays import Rows, check_choice
from explorer.base.errors import ExplorerError, InputError
from explorer.base.progress import Progress
from explorer.base.settings import check_name
from explorer.encoders import load_encoder
from explorer.encoders.specs import canonical
from explorer.encoders.tuned import MAKING_VECTORS
from explorer.features.judgments.agreement.judged import read_judged, reliability_of
from explorer.features.judgments.agreement.scores import headline
from explorer.features.judgments.learning.from_answers import AnswerSettings, Course, Learned, learn, learning_curve
from explorer.features.judgments.learning.groups import GroupSettings, Labels, learn_groups
from explorer.features.judgments.learning.lessons import campaign_groups
from explorer.features.judgments.learning.methods import HEADS
from explorer.features.judgments.learning.sources import source_of
from explorer.features.judgments.learning.tuning_card import TESTS, card_of, card_text, held_out_words
from explorer.features.judgments.splits import rows_of, split
from explorer.heads.head import Head, heads_root, list_heads, read_head
from explorer.heads.store import write_head
from explorer.workspace.opened import Opened
from explorer.workspace.preparing import prepare

TAGS = "tags:"


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """What is to be learned, and from whom.

    campaign: whose answers. condition: that they judged under, "" for the one with most answers. least: share of their
    checks that people must have passed. model: spec of the encoder below. head: name of a learner that makes a head out
    of answers. name: of the result, `tuned:<name>`.
    """

    campaign: str
    model: str
    name: str
    head: str = "projection"
    least: float = 0.0
    condition: str = ""
    settings: AnswerSettings = field(default_factory=AnswerSettings)


def tune_and_prepare(opened: Opened, tuning: Tuning, progress: Progress) -> str:
    """`tune`, then vectors, index and map of the workspace under the result; a sentence on what was reached."""
    learned = tune(opened, tuning, progress)
    ready = prepare(opened.workspace, f"tuned:{tuning.name}", progress=progress)
    words = [
        f"{TESTS[part]}: {headline(before).value:.3f} before, {headline(after).value:.3f} after"
        for part, (before, after) in learned.tests.items()
    ]
    card = learned.head.card
    said = f"tuned:{tuning.name} learned from {learned.answers:,} answers. {card['left_out']}".strip()
    return "\n".join([said, held_out_words(card), *words, ready])


def tune(opened: Opened, tuning: Tuning, progress: Progress) -> Learned:
    """Learn a head on the vectors of an encoder from the answers of a campaign, and keep it under its name.

    Some people and items are held out and measured on, see `judgments.splits`; it is measured with fewer answers, too.
    Raises InputError when the name belongs to a head of another kind, or answers or vectors are missing.
    """
    change = HEADS[check_choice(tuning.head, HEADS, "head")].change
    assert change is not None
    check_head_name(tuning.name)
    judged = read_judged(opened, tuning.campaign, tuning.least, condition=tuning.condition)
    embeddings = opened.embeddings(canonical(tuning.model))
    missing: Rows = (~embeddings.present[rows_of(judged.asked)]).sum(axis=1)
    whole = missing[judged.asked.question] == 0
    if not whole.any():
        raise InputError(f"None of the items that people were asked about has a vector under {tuning.model}.")
    base, settings = load_encoder(canonical(tuning.model)), tuning.settings
    rng = np.random.default_rng(settings.seed)
    parts = split(judged.asked.take(whole), rng, settings.items_out, settings.people_out)
    vectors = np.asarray(embeddings.vectors, dtype=np.float32)
    course = Course(change, settings, tuning.name, progress)
    blank = Head(kind=change.kind, encoder=base.spec, fingerprint=base.fingerprint, weights={})
    learned = learn(course, vectors, parts, blank)
    points = learning_curve(course, vectors, parts, learned)
    source = source_of(opened, judged.campaign, parts.train)
    card = card_of(learned, parts, points, judged=judged, ceiling=reliability_of(judged), source=source)
    made = replace(learned.head, card={**learned.head.card, **card})
    write_head(heads_root() / tuning.name, made, card_text(tuning.name, made))
    return replace(learned, head=made)


def groups_of(opened: Opened, name: str) -> Labels:
    """(n,) group of each item, "" for none: values of a column, or with "tags:<campaign>" the best rated tag."""
    if not name.startswith(TAGS):
        values = opened.dataset.column(name)
        return np.where(values.isna(), "", values.astype(str)).astype(object)
    return np.asarray(campaign_groups(opened, name.removeprefix(TAGS)), dtype=object)


def tune_groups(opened: Opened, column: str, *, model: str, name: str, progress: Progress) -> str:
    """Learn the groups of a column (or of tags), keep the head under `name`, prepare the workspace with it."""
    check_head_name(name)
    embeddings = opened.embeddings(canonical(model))
    labels = groups_of(opened, column)
    labels[~embeddings.present] = ""
    base = load_encoder(canonical(model))
    vectors = np.asarray(embeddings.vectors, dtype=np.float32)
    blank = Head(kind="", encoder=base.spec, fingerprint=base.fingerprint, weights={})
    found = learn_groups(vectors, labels, blank, GroupSettings(), name=name, progress=progress)
    numbers = {"before": found.before, "after": found.after, "items": found.items, "groups_out": found.groups_out}
    card = {**found.head.card, "made_from": "groups", "workspace": opened.workspace.name, "column": column, **numbers}
    if column.startswith(TAGS):
        card["campaign"] = column.removeprefix(TAGS)
    said = (
        f"tuned:{name}: nearest neighbour of the same {column} in {found.before:.3f} before, {found.after:.3f} after, "
        f"among {found.items:,} items of {found.groups_out} groups that it never saw."
    )
    write_head(heads_root() / name, replace(found.head, card=card), f"# tuned:{name}\n\n{said}\n")
    return f"{said}\n{prepare(opened.workspace, f'tuned:{name}', progress=progress)}"


def heads_learned(opened: Opened, made_from: str) -> dict[str, Head]:
    """Heads by name that were learned in this workspace from "judgments" or "groups"; damaged ones are left out."""
    wanted, found = (made_from, opened.workspace.name), {}
    for name in list_heads():
        try:
            head = read_head(name)
        except ExplorerError:
            continue
        if head.kind in MAKING_VECTORS and (head.card.get("made_from"), head.card.get("workspace")) == wanted:
            found[name] = head
    return found


def check_head_name(name: str) -> str:
    """Return `name` when a head tuned by people may have it; InputError when another kind of head has it already."""
    check_name(name)
    if name in list_heads() and not any(name in list_heads(kind) for kind in MAKING_VECTORS):
        raise InputError(f"There is a head called {name!r} of another kind already. Choose another name.")
    return name
