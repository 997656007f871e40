"""The Agreement page, run as Streamlit runs it; widgets are found by key."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.base.progress import Silent
from explorer.features.judgments.agreement.candidates import all_candidates, similarity_of
from explorer.features.judgments.agreement.judged import read_judged
from explorer.features.judgments.agreement.report import agreement_report
from explorer.features.judgments.learning.held_out import TESTS
from explorer.features.judgments.learning.placing import fit_places
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.values import Answer
from explorer.workspace.opened import open_shared
from tests.pages.visits import COLOURS, count_reads, make_discs, opened, texts, visit

COUNT = 40


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty discs; five people say which is the odd one, by colour; two rate pairs; the fifth fails the checks."""
    root = tmp_path_factory.mktemp("home")

    def columns(number: int) -> dict[str, object]:
        return {"colour": COLOURS[number % 4], "width": 8 + number // 4}

    for name in ("discs", "silent"):
        files = tmp_path_factory.mktemp("pictures")
        ws = make_discs(root / "workspaces" / name, files, COUNT, lambda number: 8 + number // 4, columns)
        if name == "discs":
            judgment_store(ws).add_answers([*odd_ones(), *rated(), *hard_ones()])
    return root


def odd_ones() -> list[Answer]:
    rng, found = np.random.default_rng(0), []
    for number in range(60):
        first, other = rng.permutation(4)[:2]
        rows = [int(first) + 4 * int(k) for k in rng.permutation(10)[:2]] + [int(other) + 4 * int(rng.integers(10))]
        items = tuple(f"disc-{row}" for row in rows)
        for person in range(5):
            odd = items[2] if person < 4 or rng.random() < 0.3 else items[0]
            found.append(
                Answer(
                    campaign="odd",
                    task="odd_one_out",
                    annotator=f"p{person}",
                    trial=f"t{number}",
                    items=items,
                    answer=odd,
                    rt_ms=900.0,
                )
            )
    check = found[0]
    for person in range(5):
        found.append(
            Answer(
                campaign="odd",
                task="odd_one_out",
                annotator=f"p{person}",
                trial="check",
                items=check.items,
                answer=check.items[2],
                is_check=True,
                passed=person < 4,
            )
        )
    return found


def rated() -> list[Answer]:
    pairs = [(i, j) for i in range(12) for j in range(i)]
    return [
        Answer(
            campaign="pairs",
            task="pair_rating",
            annotator=f"r{who}",
            trial=f"t{i}-{j}",
            items=(f"disc-{i}", f"disc-{j}"),
            answer=7.0 - abs(i - j) / 2 - who / 10,
        )
        for who in range(2)
        for i, j in pairs
    ]


def hard_ones() -> list[Answer]:
    """The same questions in a campaign of its own: the last eight were chosen for being hard."""
    return [
        replace(one, campaign="hard", sampler="active" if int(one.trial[1:]) >= 52 else "random")
        for one in odd_ones()
        if not one.is_check
    ]


@pytest.fixture
def agreement(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    with visit("7_Agreement", "discs") as test:
        yield test


def test_before_anybody_judged_it_says_how_to_begin(agreement: AppTest) -> None:
    shown = texts(opened(agreement, ws="silent"))
    assert "Nobody has judged" in shown
    assert any("judgments import" in block.value for block in agreement.code)


def test_people_stand_one_by_one_and_those_who_failed_can_be_left_out(agreement: AppTest) -> None:
    test = opened(agreement, campaign="odd")
    assert "300 answers to 60 questions · 5 people" in texts(test)
    frame = test.dataframe[0].value
    assert list(frame["person"])[:1] == ["p0"] and list(frame["checks passed"]) == ["1 of 1"] * 4 + ["0 of 1"]
    before = {metric.label: metric.value for metric in test.metric}
    test.selectbox(key="agreement.least").select(1.0).run()
    assert "1 of 5 people left out for failed checks" in texts(test)
    after = {metric.label: metric.value for metric in test.metric}
    assert before["Two people agree"] != after["Two people agree"] == "100.0%"
    assert list(test.dataframe[0].value["counted"]).count("left out") == 1


def explained(test: AppTest) -> str:
    """What stands behind the question marks of captions."""
    return "\n".join(one.help for one in test.caption if one.help)


def test_models_stand_beside_people_with_intervals_and_stay_in_the_address(agreement: AppTest) -> None:
    test = opened(agreement, campaign="odd", tab="models")
    frame = test.dataframe[0].value
    assert set(frame["model"]) == {"histogram", "column colour", "column width"}
    best = frame.set_index("model").loc["column colour"]
    assert " to " in best["single answers (95 %)"] and best["undecided"] == "0%"
    assert "Ceiling" in explained(test) and "over items and people" in explained(test)
    pairs = test.dataframe[1].value.set_index("model")
    same = pairs.loc["column colour"]
    assert (same["than histogram"], same["difference (95 %)"]) == ("not told apart", "0.0 points (0.0 to 0.0)")
    assert str(pairs.loc["column width", "difference (95 %)"]).startswith("−")
    assert "p corrected for 3 pairs of models" in texts(test)
    test.multiselect(key="agreement.models").set_value(["column:width"]).run()
    assert test.query_params["vs"] in ("column:width", ["column:width"])
    assert list(test.dataframe[0].value["model"]) == ["column width"]


def test_ratings_are_correlated_over_unique_pairs_with_a_ceiling_of_the_same_measure(agreement: AppTest) -> None:
    test = opened(agreement, campaign="pairs", tab="models")
    assert "over 66 different pairs of different items, averaged over 2 people" in explained(test)
    assert "Noise ceiling" in explained(test) and "Split-half" not in explained(test)
    assert set(test.dataframe[0].value["pairs"]) == {"66"}
    people = {metric.label: metric.value for metric in opened(agreement, tab="people").metric}
    assert people["Noise ceiling, lower bound"] == people["Noise ceiling, upper bound"] == "1.000", "they rank alike"


def test_questions_that_were_chosen_for_being_hard_are_left_out(agreement: AppTest) -> None:
    test = opened(agreement, campaign="hard")
    assert "Measured on the 52 questions drawn at random; 8 questions were chosen for being hard" in texts(test)
    assert "260 answers to 52 questions" in texts(test)
    test.selectbox(key="agreement.which").select("all").run()
    assert "300 answers to 60 questions" in texts(test) and "say little about other questions" in texts(test)


def test_models_that_learned_from_these_answers_are_shown_only_when_asked(agreement: AppTest, home: Path) -> None:
    fit_places(open_shared(home / "workspaces" / "discs"), "odd", dim=2, loss="logistic", progress=Silent())
    key, marked = "precomputed:people odd", "precomputed:people odd (learned from these answers)"
    test = opened(agreement, campaign="odd", tab="models")
    assert marked not in set(test.dataframe[0].value["model"])
    test.toggle(key="agreement.with_learned").set_value(True).run()
    assert marked in set(test.dataframe[0].value["model"])
    other = opened(agreement, campaign="pairs", tab="models")
    assert key in set(other.dataframe[0].value["model"]), "it learned from other answers"
    report = agreement_report(open_shared(home / "workspaces" / "discs"), "odd", [], 0.0)
    assert f"encoder:{key}: left out, learned from these very answers" in report
    assert f"encoder:{key}: single" not in report


def test_a_disagreement_shows_votes_and_every_models_answer(agreement: AppTest) -> None:
    test = opened(agreement, campaign="odd", tab="disagreements", against="column:width")
    frame = test.dataframe[0].value
    assert list(frame.iloc[:, 0])[0] == "people" and "column width" in set(frame.iloc[:, 0])
    people, width = (str(frame.set_index(frame.columns[0]).loc[name, "answer"]) for name in ("people", "column width"))
    assert people != width
    assert "Disagreement 1 of the" in texts(test)
    test.button(key="agreement.next").click().run()
    assert "Disagreement 2 of the" in texts(test)


def test_learning_offers_places_groups_and_simulated_people(agreement: AppTest) -> None:
    test = opened(agreement, campaign="odd", tab="learn")
    shown = texts(test)
    assert "Nothing was learned from these people yet" in shown
    assert "Mining (ε 0.1) keeps" in explained(test) and "No person answers here" in shown


@pytest.mark.parametrize("tab", ["people", "models", "disagreements", "learn"])
def test_one_run_opens_the_workspace_once_and_reads_the_address_once(
    agreement: AppTest, monkeypatch: pytest.MonkeyPatch, tab: str
) -> None:
    opened(agreement, campaign="odd", tab=tab)
    counts = count_reads(monkeypatch)
    agreement.run()
    assert counts == {"opens": 1, "addresses": 1}


@pytest.mark.parametrize(
    ("name", "value"), [("campaign", "<b>none</b>"), ("tab", "x"), ("pass", "-1"), ("question", "z")]
)
def test_damaged_addresses_still_open(agreement: AppTest, name: str, value: str) -> None:
    test = opened(agreement, **{name: value})
    assert "answers to" in texts(test)


def test_candidates_the_report_and_places(home: Path) -> None:
    ws = open_shared(home / "workspaces" / "discs")
    keys = [one.key for one in all_candidates(ws)]
    assert keys[:1] == ["encoder:histogram"] and "condition:column-means:column:colour:histogram" in keys
    judged = read_judged(ws, "odd")
    for key in keys:
        found = similarity_of(ws, key, np.arange(COUNT))(np.array([0, 1]), np.array([4, 5]))
        assert np.isfinite(found).all()
    same = similarity_of(ws, "column:colour", np.arange(COUNT))(np.array([0, 0]), np.array([4, 1]))
    assert same.tolist() == [1, 0] and len(judged.people) == 5
    report = agreement_report(ws, "odd", [], 0.0)
    assert "column:colour: single answers" in report and "Krippendorff" in report
    placed = fit_places(ws, "odd", dim=3, loss="logistic", progress=Silent())
    assert "40 items placed in 3 dimensions" in placed.text
    assert ws.workspace.embeddings("precomputed:people odd").present.all()


def test_places_stand_with_what_they_foresee_of_held_out_people(agreement: AppTest, home: Path) -> None:
    ws = open_shared(home / "workspaces" / "discs")
    fit_places(ws, "odd", dim=2, loss="logistic", progress=Silent())
    test = opened(agreement, campaign="odd", tab="learn")
    frame = test.dataframe[0].value.set_index("tested on")
    assert list(frame.index) == list(TESTS.values())
    assert frame.loc["questions it learned from, by other people", "people"] == "5"
    assert "precomputed:people odd: 40 items in 2 dimensions" in texts(test)
