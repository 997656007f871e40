"""The curve of a training run."""

from explorer.heads.curve import training_curve


def test_a_long_name_of_the_score_stands_in_the_legend_alone() -> None:
    entries = [{"step": 1, "loss": 2.0, "score": 0.1}, {"step": 2, "loss": 1.0, "score": 0.3}]
    long = "probability of the right one of 32 held-out texts"
    titles = [training_curve(entries, name).layout.yaxis2.title.text for name in ("R@1", long)]
    assert titles == ["R@1", "held-out score"]
    assert training_curve(entries, long).data[1].name == long
