"""The growth suite: what it measures, what it says of it, and that the page says the same."""

import sys
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks import bench_growth, growth_table, scale_sums
from benchmarks.growth_made import add_items, copied_rows, made_vectors, write_table
from benchmarks.growth_meter import run_measured

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def results_of(**growing: Any) -> dict[str, Any]:
    """Results of commands whose processor time is a function of the items."""
    sizes = {}
    for size in SIZES:
        steps = {name: {"wall_s": 1.0, "cpu_s": work(size), "peak_mb": 100} for name, work in growing.items()}
        sizes[str(size)] = {"steps": steps}
    return {"sizes": sizes}


def test_the_page_has_the_tables_of_the_results() -> None:
    text = growth_table.PAGE.read_text(encoding="utf-8")
    results = bench_growth.read_results()
    assert len(results["sizes"]) >= 3
    assert f"{growth_table.BEGIN}\n\n{growth_table.table(results)}\n\n{growth_table.END}\n" in text
    assert f"{scale_sums.BEGIN}\n\n{scale_sums.tables()}\n\n{scale_sums.END}\n" in text


def test_exponents_are_those_of_the_growth_without_the_start_of_a_command() -> None:
    results = results_of(straight=lambda n: 1 + n / 1e4, square=lambda n: n**2, sorting=lambda n: n * log(n))
    sizes = growth_table.sizes_of(results)
    assert list(growth_table.exponents(sizes, "square").values()) == pytest.approx([2, 2])
    assert growth_table.exponents(sizes, "sorting")[100_000, 1_000_000] == pytest.approx(1.0792, abs=1e-4)
    assert growth_table.n_log_n(100_000, 1_000_000) == pytest.approx(1.0792, abs=1e-4)
    assert growth_table.missed(results) == [
        "square: grows with the power 2.00 from 10,000 to 100,000 items.",
        "square: grows with the power 2.00 from 100,000 to 1,000,000 items.",
    ]


def test_growth_is_not_told_where_a_step_goes_another_way() -> None:
    results = results_of(index=lambda n: n)
    for size, way in zip(SIZES, ("all", "all", "graph", "graph"), strict=True):
        results["sizes"][str(size)]["steps"]["index"]["way"] = way
    assert list(growth_table.exponents(growth_table.sizes_of(results), "index")) == [(100_000, 1_000_000)]


def test_limits_of_memory_pages_and_jobs_are_told() -> None:
    results = results_of(map=lambda n: n)
    steps = results["sizes"]["1000000"]["steps"]
    page = {"p50_ms": 1.0, "p95_ms": 501.0, "cpu_ms": 1.0}
    steps["map"]["peak_mb"] = 12_289
    steps["more items"] = {"wall_s": 21.0, "cpu_s": 9.0, "peak_mb": 1}
    steps["outliers"] = {"wall_s": 181.0, "cpu_s": 300.0, "peak_mb": 1}
    steps["pages"] = {"lasso": page, "filter": page | {"p95_ms": 500.0}, "wall_s": 1, "cpu_s": 1, "peak_mb": 1}
    assert growth_table.missed(results) == [
        "map: 12,289 MB at 1,000,000 items.",
        "more items: 21 s at 1,000,000 items.",
        "outliers: 181 s at 1,000,000 items.",
        "lasso: 501 ms at the 95th percentile at 1,000,000 items.",
    ]
    rows = growth_table.table(results).splitlines()
    assert (
        rows[0].startswith("| Step | 1,000 |") and "| Outliers | not run | not run | not run | 181 s, 300 s" in rows[4]
    )


def test_a_table_goes_between_its_marks_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{growth_table.BEGIN}\n\nold\n\n{growth_table.END}\nafter\n", encoding="utf-8")
    results = results_of(map=lambda n: n)
    growth_table.put_table(results, page)
    growth_table.put_table(results, page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert text.count("| Map |") == 1


def test_the_made_items_are_the_same_at_every_run_and_have_copies(tmp_path: Path) -> None:
    vectors = made_vectors(1_000)
    assert np.array_equal(vectors, made_vectors(1_000))
    copies, originals = copied_rows(1_000)
    assert len(copies) == 20 and not set(copies) & set(originals)
    near = vectors.astype(np.float32) @ vectors.astype(np.float32).T
    np.testing.assert_allclose(np.diag(near), 1, atol=2e-3)
    assert near[copies, originals].min() > 0.999
    write_table(tmp_path / "made.parquet", 1_000)
    texts = pq.read_table(tmp_path / "made.parquet")["text"].to_pylist()
    assert len(set(texts)) == 1_000 and len({text.casefold() for text in texts}) == 990


def test_items_that_come_later_are_near_others_and_new(tmp_path: Path) -> None:
    write_table(tmp_path / "made.parquet", 100)
    vectors = add_items(tmp_path / "made.parquet", add_items(tmp_path / "made.parquet", made_vectors(100), 5), 5)
    table = pq.read_table(tmp_path / "made.parquet")
    assert len(set(table["id"].to_pylist())) == len(vectors) == 110
    near = vectors[100:].astype(np.float32) @ vectors[:100].astype(np.float32).T
    assert near.max(axis=1).min() > 0.8


def test_memory_and_time_of_the_children_of_a_command_count(tmp_path: Path) -> None:
    work = "import time; held = bytearray(150_000_000); end = time.process_time() + 0.5"
    child = f"{work}\nwhile time.process_time() < end: 0"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    found = run_measured([sys.executable, "-c", parent], {}, tmp_path / "log")
    assert 150 <= found["peak_mb"] < 250 and found["cpu_s"] >= 0.5 and found["wall_s"] >= 0.5
    with pytest.raises(RuntimeError, match="ended with 3:\nno luck"):
        run_measured([sys.executable, "-c", "print('no luck'); raise SystemExit(3)"], {}, tmp_path / "log")


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real commands, and that what was measured is not measured again unless it is asked for."""
    monkeypatch.setattr(bench_growth, "STEPS", {name: bench_growth.STEPS[name] for name in ("import", "export")})
    growth = bench_growth.Growth(tmp_path, 60)
    found = growth.run([])
    assert found["export"]["file_mb"] > 0 and found["import"]["peak_mb"] > 20
    before = growth.kept.stat().st_mtime_ns
    assert growth.run([]) == found and growth.kept.stat().st_mtime_ns == before
    monkeypatch.setitem(bench_growth.STEPS, "export", lambda growth: {"wall_s": 7})
    assert growth.run(["export"]) == found | {"export": {"wall_s": 7}}


def test_sums_follow_from_what_they_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    found = scale_sums.sums()
    assert found["Vectors on disk, half precision"] == "77 GB"
    assert found["Graph in memory"] == "170 GB: 5 shards, 10 machines with copies"
    assert found["Answers at the busiest"].startswith("600 a second, 1 machine ")
    one = scale_sums.GIVEN["items"]
    monkeypatch.setitem(scale_sums.GIVEN, "items", scale_sums.Given(one.what, 1e9, one.unit, one.source))
    assert scale_sums.sums()["Graph in memory"] == "1,700 GB: 45 shards, 90 machines with copies"
