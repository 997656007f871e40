"""Measuring on files in the form of ProMap's."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from explorer.base.errors import InputError
from explorer.features.match.products.evaluate import (
    auc,
    f1,
    format_report,
    precision_by_kind,
    read_similarities,
    run_eval,
)

KINDS = ["match", "close_nonmatch", "medium_nonmatch"]
COUNT = 40


def test_precision_is_told_for_each_kind_alone(rng: np.random.Generator) -> None:
    kinds = rng.choice(KINDS, 300)
    scores = np.round(rng.normal(size=300) + (kinds == "match") + 0.5 * (kinds == "close_nonmatch"), 1)
    curves = precision_by_kind(scores.astype(np.float32), list(kinds))
    assert list(curves) == ["all", "close_nonmatch", "medium_nonmatch"]
    for name, curve in curves.items():
        chosen = np.full(300, True) if name == "all" else (kinds == "match") | (kinds == name)
        expected = average_precision_score(kinds[chosen] == "match", scores[chosen])
        assert curve.average == pytest.approx(expected, abs=1e-6)
    assert curves["close_nonmatch"].average < curves["medium_nonmatch"].average
    assert curves["all"].average < curves["close_nonmatch"].average
    assert curves["all"].recall[-1] == 1
    assert curves["close_nonmatch"].others == (kinds == "close_nonmatch").sum()


def test_pairs_of_one_score_are_called_together() -> None:
    curve = precision_by_kind(np.ones(4, np.float32), ["match", "other", "match", "other"])["all"]
    assert (curve.thresholds.tolist(), curve.precision.tolist(), curve.recall.tolist()) == ([1], [0.5], [1])
    with pytest.raises(InputError, match="kind 'match', got none among 1"):
        precision_by_kind(np.ones(1, np.float32), ["other"])


def test_measures_equal_those_of_scikit_learn(rng: np.random.Generator) -> None:
    same, scores = rng.random(50) < 0.4, np.round(rng.random(50), 1)
    assert auc(scores, same) == pytest.approx(roc_auc_score(same, scores))
    assert f1(scores > 0.5, same) == pytest.approx(f1_score(same, scores > 0.5))
    assert f1(np.zeros(3, bool), np.zeros(3, bool)) == 0


def similarities(path: Path, order: list[int]) -> Path:
    """Pairs of which the even ones are matches."""
    lines = [f"l{n},r{n},{0.5 if n % 2 == 0 else -0.4 - n / 1000},{n % 2 == 0:d}" for n in order]
    path.write_text("\n".join(["id1,id2,name_words,match", *lines]) + "\n", encoding="utf-8")
    return path


def listings(path: Path) -> Path:
    names = [f"lemon wipe {n}" if n % 2 == 0 else "Steel oven" for n in range(COUNT)]
    kinds = [KINDS[n % 2 * (1 + n // (COUNT // 2))] for n in range(COUNT)]
    lines = [f"l{n},Lemon wipes {n},r{n},{names[n]},{kinds[n]}" for n in range(COUNT)]
    path.write_text("\n".join(["id1,name1,id2,name2,match_type", *lines]) + "\n", encoding="utf-8")
    return path


def test_files_are_joined_by_their_ids_for_their_rows_differ(tmp_path: Path) -> None:
    train = similarities(tmp_path / "train.csv", list(range(COUNT)))
    test = similarities(tmp_path / "test.csv", list(np.random.default_rng(0).permutation(COUNT)))
    report = run_eval(train, test, listings(tmp_path / "listings.csv"), learners=("lr",))
    assert report["F1"]["lr"]["value"] == 1
    words = report["similarities"]["name_words"]
    assert words["correlation"] > 0.99  # by rows it would be about 0
    assert (words["AUC"], words["official AUC"]) == (1, 1)
    assert report["average precision"]["medium_nonmatch"] == [1.0, COUNT // 4]
    assert report["held out F1"]["ours"]["value"] > 0.9
    assert report["held out F1"]["theirs"]["value"] > 0.9
    assert "Logistic regression" in format_report(report)


def test_what_a_file_lacks_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id1,name_words,match\na,1,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a.csv: expected the columns id1, id2 and match.*id2"):
        read_similarities(path)
    path.write_text("id1,id2,name_words,match\na,b,high,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected numbers in all columns"):
        read_similarities(path)
    train = similarities(tmp_path / "train.csv", list(range(COUNT)))
    path.write_text("id1,id2,name_cos,match\na,b,0.5,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="the same columns of similarities"):
        run_eval(train, path, None)
