"""One suite over every engine of the registry: what changes, what is kept, and what must be installed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.random import default_rng

from explorer.base.arrays import unit_rows
from explorer.base.errors import InputError, WorkspaceError
from explorer.index import ExactIndex, GraphIndex, HnswIndex, Index, recall_of
from explorer.index.contract import score_pairs, stacked
from explorer.index.engines import ENGINES, Engine, get_engine
from explorer.index.plan import Plan, plan
from explorer.index.store import load_graph, save_graph
from tests.index.builders import named

N, DIM = 2000, 16
VECTORS = unit_rows(default_rng(0).standard_normal((N, DIM))).astype(np.float16)
QUERIES = unit_rows(default_rng(1).standard_normal((30, DIM)))
EXACT = ExactIndex(VECTORS)
CHANGING = [name for name, engine in ENGINES.items() if engine.kept]
"""Exact search has nothing to change or keep: it is made anew in no time."""
_BUILT: dict[str, Index] = {}


def built(name: str) -> Index:
    """One index of all but every tenth row, for the tests that do not change it."""
    if name not in _BUILT:
        _BUILT[name] = get_engine(name).build(VECTORS, np.arange(N) % 10 > 0, threads=1)
    return _BUILT[name]


def found_share(index: Index, exact: Index) -> float:
    """Share of the true ten that are found."""
    wanted, found = exact.query(QUERIES, 10).rows, index.query(QUERIES, 10).rows
    return float(np.mean([np.isin(one, other).mean() for one, other in zip(wanted, found, strict=True)]))


@pytest.mark.parametrize("name", named(sorted(ENGINES)))
def test_it_answers_to_its_name_and_scores_against_the_rows(name: str) -> None:
    index = built(name)
    assert isinstance(index, Index) and index.name == name and len(index) == N - N // 10
    found = index.query(QUERIES, 10)
    assert (found.rows % 10 > 0).all()
    which = np.repeat(np.arange(len(QUERIES)), 10)
    assert (found.similarities.ravel() == score_pairs(QUERIES, VECTORS, which, found.rows.ravel())).all()
    assert found_share(index, ExactIndex(VECTORS, np.arange(N) % 10 > 0)) > 0.9


@pytest.mark.parametrize("name", named(sorted(ENGINES)))
def test_it_tells_its_way(name: str) -> None:
    index = built(name)
    assert set(index.query(QUERIES, 10).ways) == {"all" if name == "exact" else "index"}
    assert set(index.query(QUERIES, 10, np.arange(N) < 40).ways) == {"subset"}


@pytest.mark.parametrize("name", named(CHANGING))
def test_removed_rows_are_gone_and_added_ones_are_found(name: str) -> None:
    index = get_engine(name).build(VECTORS, np.arange(N // 2), threads=1)
    assert isinstance(index, GraphIndex)
    gone = np.unique(index.query(QUERIES, 2).rows)
    index.remove(gone)
    assert len(index) == N // 2 - len(gone) and not np.isin(index.query(QUERIES, 10).rows, gone).any()
    index.add(np.arange(N), threads=1)
    assert len(index) == N and found_share(index, EXACT) > 0.9
    index.add(np.arange(N))
    assert len(index) == N


@pytest.mark.parametrize("name", named(CHANGING))
def test_kept_and_read_again_it_gives_the_same_answers_and_goes_on(name: str, tmp_path: Path) -> None:
    index = built(name)
    assert isinstance(index, GraphIndex)
    save_graph(index, tmp_path)
    loaded = load_graph(tmp_path, VECTORS)
    assert loaded.name == name and len(loaded) == len(index)
    before, after = index.query(QUERIES, 10), loaded.query(QUERIES, 10)
    assert (before.rows == after.rows).all() and (before.similarities == after.similarities).all()
    loaded.remove(np.arange(1, 200))
    loaded.add(np.arange(0, N, 10))
    assert found_share(loaded, ExactIndex(VECTORS, (np.arange(N) >= 200) | (np.arange(N) % 10 == 0))) > 0.9


@pytest.mark.parametrize("name", named(CHANGING))
def test_a_changed_file_is_not_read(name: str, tmp_path: Path) -> None:
    index = built(name)
    assert isinstance(index, GraphIndex)
    save_graph(index, tmp_path)
    largest = max(tmp_path.iterdir(), key=lambda path: path.stat().st_size)
    raw = bytearray(largest.read_bytes())
    raw[len(raw) // 2] ^= 1
    largest.write_bytes(raw)
    with pytest.raises(WorkspaceError, match="build it again with `explorer index`"):
        load_graph(tmp_path, VECTORS)


@pytest.mark.parametrize("name", named(sorted(ENGINES)))
def test_memory_grows_with_the_items(name: str) -> None:
    half = get_engine(name).build(VECTORS[:20], None, threads=1)
    assert built(name).nbytes >= half.nbytes >= 0
    if name != "exact":
        assert built(name).nbytes > N * DIM


def test_what_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = replace(ENGINES["usearch"], modules=("usearch", "a_library_of_nobody"))
    assert engine.missing == (
        "HNSW by usearch takes the library a_library_of_nobody: pip install 'similarity-explorer[engines]'."
    )
    monkeypatch.setitem(ENGINES, "usearch", engine)
    with pytest.raises(InputError, match=r"pip install 'similarity-explorer\[engines\]'"):
        get_engine("usearch")
    with pytest.raises(InputError, match="expected one of exact, hnsw, usearch"):
        get_engine("faiss")


def test_every_engine_says_what_it_is() -> None:
    engine: Engine
    for name, engine in ENGINES.items():
        assert engine.name == name and engine.label and engine.about.endswith(".")


def test_the_way_depends_on_how_many_pass_and_how_widely_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.index.plan.FAST", 500 * DIM)

    def way(available: int, k: int = 10, ef: int = 64, filtered: bool = True) -> Plan:
        return plan(k, items=10_000, available=available, dim=DIM, ef=ef, filtered=filtered)

    assert way(10_000, filtered=False) == Plan("index", 10, 64)
    assert way(10_000, ef=0, filtered=False) == Plan("all")
    assert way(500) == Plan("subset") and way(0) == Plan("subset")
    assert way(501) == Plan("over-fetch", 300, 354)
    assert way(5_000) == Plan("over-fetch", 31, 85)
    assert way(5_000, ef=0) == Plan("subset")
    assert way(501, k=70) == Plan("subset")  # 2,096 would be asked for
    assert way(600, ef=600) == Plan("subset")  # nearly all would be looked at


@pytest.mark.parametrize("passing", [0, 3, 40, 1000])
def test_a_filter_inside_of_the_graph_finds_allowed_items_alone(passing: int) -> None:
    index = built("hnsw")
    assert isinstance(index, HnswIndex)
    allowed = default_rng(passing).permutation(N)[:passing]
    expected = ExactIndex(VECTORS, np.arange(N) % 10 > 0).query(QUERIES, 10, allowed)
    answers = [index.query_inside(query[None], 10, allowed) for query in QUERIES]
    assert all(one.ways == ("in-filter",) for one in answers)
    for rows, one in zip(expected.rows, answers, strict=True):
        assert (one.rows >= 0).sum() == (rows >= 0).sum() and np.isin(one.rows[one.rows >= 0], allowed).all()
    assert recall_of(stacked(answers, 10), expected).value > 0.95
