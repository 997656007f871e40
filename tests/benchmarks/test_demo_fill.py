from dataclasses import replace

import numpy as np
import pytest

from benchmarks import bench_demo_fill
from benchmarks.bench_demo_fill import Run, interval, ratio, summary
from benchmarks.bench_load import Explorer


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_demo_fill, "RESAMPLES", 150)


def person(slowest: float, error: str = "") -> Explorer:
    """Who clicked a hundred times, ten of them slowly."""
    return Explorer("one", seconds=[0.05] * 90 + [slowest] * 10, error=error)


RUN = Run(idle=[person(0.1)], busy=[person(0.12)], fill_s=100.0, job="done")


def test_clicks_of_all_runs_count_together() -> None:
    told = summary(40.0, [RUN, replace(RUN, busy=[person(0.11)], fill_s=120.0)])
    assert told["p95_times_idle_of_runs"] == [1.2, 1.1]
    assert (told["p95_times_idle"], told["while it fills"]["clicks"]) == (1.1, 200)
    assert (told["ready_s"], told["must"]["reached"]) == (160.0, True)


@pytest.mark.parametrize(
    ("made_s", "run"),
    [
        (81.0, RUN),
        (40.0, replace(RUN, busy=[person(0.14)])),
        (40.0, replace(RUN, job="failed")),
        (40.0, replace(RUN, idle=[person(0.1, "ConnectionError")])),
    ],
)
def test_late_slow_failed_or_broken_is_not_reached(made_s: float, run: Run) -> None:
    assert not summary(made_s, [run])["must"]["reached"]


def test_the_interval_holds_the_ratio_and_narrows_with_more_clicks() -> None:
    rng = np.random.default_rng(5)
    widths = []
    for clicks in (50, 2000):
        busy, idle = rng.gamma(9, 0.01, clicks), rng.gamma(9, 0.008, clicks)
        low, high = interval(busy, idle, np.random.default_rng(0))
        assert low < ratio(busy, idle) < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 3
