"""Conditional methods as similarities that people's answers are compared with."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError, WorkspaceError
from explorer.base.progress import Silent
from explorer.encoders import Encoder, load_encoder
from explorer.features.conditional.contract import METHODS, Condition, make_ask, meaning
from explorer.features.judgments.agreement.candidates import all_candidates, similarity_of
from explorer.features.judgments.agreement.conditions import condition_similarity, conditional_pairs
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

COUNT = 80
ROWS = np.arange(COUNT)
COLOUR = Condition("aspect", "colour")


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    ws = create_scenes_demo(tmp_path_factory.mktemp("workspaces"), Silent(), COUNT)
    embed(ws, "histogram")
    return Opened(ws, ws.key)


@pytest.fixture(scope="module")
def pocket() -> Encoder:
    return load_encoder("pocket")


def same_before_others(scenes: Opened, key: str, column: str) -> float:
    """Share of (pair alike in the column, pair that is not) in which the first has the higher similarity."""
    first, second = np.triu_indices(COUNT, 1)
    found = similarity_of(scenes, key, ROWS)(first, second)
    values = scenes.dataset.column(column).to_numpy()
    same = values[first] == values[second]
    return float((found[same][:, None] > found[~same]).mean())


@pytest.mark.parametrize("method", ["subspace", "profile", "combiner"])
def test_under_a_condition_items_that_share_it_are_more_alike(scenes: Opened, method: str) -> None:
    plain = same_before_others(scenes, "encoder:pocket", "colour")
    under = same_before_others(scenes, f"condition:{method}:aspect:colour:pocket", "colour")
    assert under > max(0.8, plain + 0.1)


def test_means_of_a_column_serve_a_model_that_reads_no_words(scenes: Opened) -> None:
    plain = same_before_others(scenes, "encoder:histogram", "background")
    assert same_before_others(scenes, "condition:column-means:column:background:histogram", "background") > plain


def test_the_similarity_is_the_mean_of_the_scores_both_ways(scenes: Opened, pocket: Encoder) -> None:
    from explorer.heads.head import read_head

    embeddings = scenes.embeddings("pocket")
    meant, head = meaning(scenes.dataset, embeddings, pocket, COLOUR), read_head("pocket-combiner")
    lenses = [METHODS["combiner"].lens(make_ask(meant, COLOUR, embeddings.vectors[row], head=head)) for row in (3, 8)]
    scores = [float(lens.query @ embeddings.vectors[row]) for lens, row in zip(lenses, (8, 3), strict=True)]
    found = condition_similarity(scenes, METHODS["combiner"], COLOUR, pocket, ROWS)
    assert abs(scores[0] - scores[1]) > 1e-4
    assert found(np.array([3, 8]), np.array([8, 3])) == pytest.approx([np.mean(scores)] * 2, abs=2e-3)


def test_items_that_were_not_asked_about_or_have_no_vector_have_no_similarity(
    scenes: Opened, pocket: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = scenes.embeddings("pocket")
    lost = replace(whole, present=np.arange(COUNT) != 2)
    monkeypatch.setattr(Workspace, "embeddings", lambda self, spec: lost)
    found = condition_similarity(Opened(scenes.workspace, "lost"), METHODS["profile"], COLOUR, pocket, np.arange(10))
    assert np.isnan(found(np.array([0, 0, 2, 1]), np.array([2, 11, 1, 3]))).tolist() == [True, True, True, False]


def test_offered_are_the_methods_that_can_answer() -> None:
    def named(spec: str) -> set[tuple[str, str]]:
        return {(method.name, str(condition)) for method, condition in conditional_pairs(spec, ["kind"])}

    assert named("histogram") == {("column-means", "same kind")}
    assert {("profile", "same colour"), ("combiner", "same kind"), ("column-means", "same kind")} <= named("pocket")
    assert not {name for name, _ in named("pocket")} & {"image", "text", "image+text", "image+text-unit"}


def test_every_offered_method_answers_and_its_key_finds_it(scenes: Opened) -> None:
    offered = [one for one in all_candidates(scenes) if one.kind == "condition"]
    keys = [one.key for one in offered]
    assert len({one.label for one in offered}) == len(set(keys)) == len(keys) > 10
    for key in keys[:: len(keys) // 10]:
        assert np.isfinite(similarity_of(scenes, key, ROWS)(ROWS[:5], ROWS[5:10])).all()


@pytest.mark.parametrize(
    "key",
    [
        "condition:profile:aspect:smell:pocket",
        "condition:profile:column:smell:pocket",
        "condition:smell",
        "condition:image:aspect:colour:pocket",
        "condition:profile:aspect:colour:nothing",
        "condition:x:aspect:colour:pocket",
        "condition:profile:aspect:colour:histogram",
    ],
)
def test_what_is_not_there_is_refused(scenes: Opened, key: str) -> None:
    with pytest.raises(InputError):
        similarity_of(scenes, key, ROWS)


def test_vectors_of_other_weights_are_refused(
    scenes: Opened, pocket: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = scenes.embeddings("pocket")
    other = replace(whole, settings={**whole.settings, "weights": "older"})
    monkeypatch.setattr(Workspace, "embeddings", lambda self, spec: other)
    with pytest.raises(WorkspaceError, match="other weights of"):
        condition_similarity(Opened(scenes.workspace, "older"), METHODS["profile"], COLOUR, pocket, ROWS)
