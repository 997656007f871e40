"""The page Tune: titles, questions and domains."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.base.progress import Silent
from explorer.features.tune.adapters.module import AdapterShape
from explorer.features.tune.adapters.train import AdapterSettings
from explorer.features.tune.experts.service import tune_domains
from explorer.features.tune.experts.service import wish_of as domain_wish
from explorer.features.tune.questions.head import PairSettings
from explorer.features.tune.questions.service import QuestionWish, tune_questions
from explorer.workspace.opened import open_shared
from tests.features.tune.texts_world import make_texts
from tests.pages.visits import opened, texts, visit

FEW = AdapterSettings(shape=AdapterShape(layers=1, rank=2), most=16, steps=2, every=1, batch=8)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tune-text-pages")
    make_texts(root)
    return root


@pytest.fixture
def tune(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    with visit("11_Tune", "jobs") as test:
        yield test


def test_titles_offer_columns_and_keep_the_choice_in_the_link(tune: AppTest) -> None:
    shown = opened(tune, tab="titles", column="means")
    assert "Which entry of a closed list does a title mean" in texts(shown)
    assert shown.selectbox(key="tune.column").value == "means"
    shown.selectbox(key="tune.extra").set_value("skills").run()
    assert shown.query_params["extra"] in ("skills", ["skills"])
    assert shown.button(key="tune.start.titles").label == "Train and measure"


def test_questions_show_what_was_measured(tune: AppTest, home: Path) -> None:
    jobs = open_shared(home / "workspaces" / "jobs")
    settings = PairSettings(hidden=8, steps=4, every=2)
    wish = QuestionWish(first="asked", second="also", label="same", name="jobs-questions", settings=settings)
    tune_questions(jobs, wish, Silent())
    shown = opened(tune, tab="questions", first="asked", second="also", label="same")
    assert "the best lexical way" in texts(shown)
    assert "There are no answers here" in texts(shown)
    assert shown.dataframe[0].value["way"].tolist()[0] == "TF-IDF of words"
    assert shown.button(key="tune.start.questions").label == "Train again"


def test_domains_show_thresholds_and_compare_two_texts(tune: AppTest, home: Path) -> None:
    jobs = open_shared(home / "workspaces" / "jobs")
    wish = replace(domain_wish("text", "skills", "domain", name="jobs-domains"), settings=FEW)
    tune_domains(jobs, wish, "sentence", Silent())
    shown = opened(tune, tab="domains", first="text", second="skills", column="domain", setting="food")
    assert shown.selectbox(key="tune.domain").value == "food"
    assert "experts are not equal to one model a domain" in texts(shown)
    assert "all, one threshold" in shown.dataframe[0].value["domain"].tolist()
    shown = opened(tune, one="a night nurse", other="an old nurse")
    found = shown.dataframe[-1].value
    assert found[""].tolist() == ["MiniLM as it is", "Expert of care", "Expert of food (chosen)"]
    assert set(found["so they are"]) <= {"alike", "not alike"}
