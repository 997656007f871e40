"""Rated pairs of a campaign as what is relevant: by its own scale, however few of its steps people used."""

from explorer.commands.cutoff import _rated
from explorer.features.judgments.campaigns import create_campaign
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.values import Answer
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared


def test_the_middle_is_that_of_the_scale(text_workspace: Workspace) -> None:
    opened = open_shared(text_workspace.path)
    one, two, three = map(str, opened.dataset.ids[:3])
    store = judgment_store(opened.workspace)
    create_campaign(store, "alike", Settings(task="pair_rating", scale=(1.0, 9.0)), [one, two, three])
    store.add_answers(
        Answer(campaign="alike", task="pair_rating", annotator="ann", trial=other, items=(one, other), answer=rating)
        for other, rating in ((two, 6.0), (three, 8.0))
    )
    said = _rated(opened, "alike")
    assert [(opinion.query, opinion.item, opinion.relevant) for opinion in said] == [
        (one, two, True),
        (two, one, True),
        (one, three, True),
        (three, one, True),
    ]
