"""Titles, questions and domains from a workspace to a model: trained, measured, kept, used; and what is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.encoders import load_encoder
from explorer.features.tune.adapters.module import AdapterShape
from explorer.features.tune.adapters.train import AdapterSettings, text_tower
from explorer.features.tune.experts.learn import EXPERTS
from explorer.features.tune.experts.measure import LABELS
from explorer.features.tune.experts.service import kept_domains, through_expert, tune_domains
from explorer.features.tune.experts.service import wish_of as domain_wish
from explorer.features.tune.experts.words import rows_of as domain_rows
from explorer.features.tune.questions.head import PairSettings
from explorer.features.tune.questions.service import QuestionWish, kept_questions, match_question, tune_questions
from explorer.features.tune.questions.words import said as questions_said
from explorer.features.tune.text_columns import check_free, text_columns, texts_in
from explorer.features.tune.titles.service import kept_titles, tune_titles
from explorer.features.tune.titles.service import wish_of as title_wish
from explorer.features.tune.titles.words import rows_of as title_rows
from explorer.heads.fit import read_curve, training_folder
from explorer.heads.head import Head, heads_root, read_head
from explorer.heads.store import write_head
from explorer.workspace.opened import Opened
from tests.features.tune.texts_world import make_texts

FEW = AdapterSettings(shape=AdapterShape(layers=1, rank=2), most=16, steps=4, every=2, batch=8)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tune-texts")


@pytest.fixture
def jobs(root: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("EXPLORER_HOME", str(root))
    if not (root / "workspaces" / "jobs").is_dir():
        return make_texts(root, prepared=False)
    from explorer.workspace.opened import open_shared

    return open_shared(root / "workspaces" / "jobs")


def test_columns_are_texts(jobs: Opened) -> None:
    assert text_columns(jobs)[0] == "text"
    assert texts_in(jobs, "means")[:2] == ["nurse", "baker"]
    with pytest.raises(InputError, match="There is no column 'colour'. Expected one of: text, means, skills"):
        texts_in(jobs, "colour")


def test_titles_become_a_model_of_the_workspace(jobs: Opened) -> None:
    wish = replace(title_wish("text", "means", "skills", name="jobs-titles"), settings=FEW)
    report = tune_titles(jobs, wish, "sentence", Silent())
    assert kept_titles(jobs, wish) == report
    assert {(one.way, one.attributes) for one in report.scores} == {
        (way, more) for way in ("letters", "untuned", "tuned") for more in (False, True)
    }
    assert len(title_rows(report)) == 6 + 3 * bool(report.copies)
    assert "tuned:jobs-titles" in jobs.workspace.encoders()
    encoder = load_encoder("tuned:jobs-titles")
    assert encoder.dim == 384
    assert len(read_curve(training_folder("jobs-titles"))) == 2
    assert check_free(jobs, "jobs-titles") == "jobs-titles"  # its own model may be made again
    with pytest.raises(InputError, match="There is a model tuned:foreign already"):
        write_head(heads_root() / "foreign", Head(kind="mlp", encoder="pocket", fingerprint="", weights={}), "")
        tune_titles(jobs, replace(wish, name="foreign"), "sentence", Silent())


def test_questions_are_learned_and_matched(jobs: Opened) -> None:
    settings = PairSettings(hidden=8, steps=20, every=10)
    wish = QuestionWish(
        first="asked", second="also", label="same", answers="answer", name="jobs-questions", settings=settings
    )
    report = tune_questions(jobs, wish, Silent())
    assert kept_questions(jobs, wish) == report
    assert not report.stand_in
    assert "difference" in questions_said(report)
    found = match_question("jobs-questions", "what does a nurse earn", texts_in(jobs, "also")[:40], most=3)
    assert len(found.matches) == 3
    assert found.matches[0].probability >= found.matches[1].probability
    assert match_question("jobs-questions", "a nurse", ["a baker"], threshold=1.0).abstain
    with pytest.raises(InputError, match="Expected a question, got an empty text"):
        match_question("jobs-questions", " ", ["a baker"])
    with pytest.raises(InputError, match="got an empty one"):
        match_question("jobs-questions", "a", [])
    with pytest.raises(ModelError, match="Expected a head of question pairs, got one of the kind"):
        write_head(heads_root() / "other", replace(read_head("jobs-questions"), kind="mlp"), "")
        match_question("other", "a", ["b"])


def test_every_expert_becomes_a_model(jobs: Opened) -> None:
    wish = replace(domain_wish("text", "skills", "domain", name="jobs-domains"), settings=FEW)
    report = tune_domains(jobs, wish, "sentence", Silent())
    assert kept_domains(jobs, wish) == report
    assert report.domains == ("care", "food")
    assert len(report.scores) == len(LABELS) * 3  # each domain, and all under one threshold
    assert {row["domain"] for row in domain_rows(report)} == {"care", "food", "all, one threshold"}
    care, food = (through_expert(report.heads[name], ["a night nurse"]) for name in report.domains)
    assert np.abs(care - food).max() > 0
    assert any(one.way == EXPERTS for one in report.scores)


def test_adapters_need_minilm() -> None:
    with pytest.raises(ModelError, match="Adapters lie inside of MiniLM; expected the model sentence:all-MiniLM-L6-v2"):
        text_tower("histogram")
