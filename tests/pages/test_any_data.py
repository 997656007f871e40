"""Explore opens whatever the columns hold."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from explorer.app.explore.summary_strip import useful_columns
from explorer.base.dataset import HASH, ID, PATH, RESERVED, TEXT, Dataset
from explorer.base.progress import Silent
from explorer.io.attributes import attributes_of
from explorer.io.table_file import TableFile
from explorer.workspace.folder import Workspace, create_workspace
from explorer.workspace.opened import open_shared
from explorer.workspace.preparing import prepare
from tests.pages.visits import APP, COLOURS, TIMEOUT, charts, disc, opened, texts, visit

CELLS = {
    "whole": (st.integers(-(2**63), 2**63 - 1), pa.int64()),
    "year": (st.integers(1900, 2030), pa.int64()),
    "score": (st.floats(0, 0.004), pa.float64()),
    "float": (st.floats(), pa.float64()),
    "text": (st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20), pa.string()),
    "word": (st.sampled_from(["", "a", "*b*", "(no value)", "$x$"]), pa.string()),
    "flag": (st.booleans(), pa.bool_()),
    "day": (st.dates(), pa.date32()),
    "time": (st.datetimes(), pa.timestamp("us")),
    "instant": (st.datetimes(timezones=st.just(dt.UTC)), pa.timestamp("us", tz="UTC")),
    "tags": (st.lists(st.sampled_from(["a", "b", "c"]), max_size=3), pa.list_(pa.string())),
    "numbers": (st.lists(st.floats(), max_size=3), pa.list_(pa.float64())),
    "length": (st.timedeltas(dt.timedelta(days=-9999), dt.timedelta(days=9999)), pa.duration("us")),
}


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """1 to 9 rows, a column of each kind: any values, one value, some or all missing."""
    count = draw(st.integers(1, 9))
    columns = {}
    for name, (cells, kind) in CELLS.items():
        shape = draw(st.sampled_from(["any", "one", "gaps", "empty"]))
        values = draw(st.lists(cells, min_size=count, max_size=count))
        if shape == "one":
            values = values[:1] * count
        elif shape != "any":
            values = [None if shape == "empty" or place % 2 else value for place, value in enumerate(values)]
        columns[name] = pa.array(values, kind)
    return pa.table(columns)


def workspace_of(root: Path, table: pa.Table) -> Workspace:
    """A prepared workspace of discs with these attributes."""
    attributes, _ = attributes_of(TableFile(table), set(), RESERVED)
    rows = range(table.num_rows)
    for row in rows:
        (root / f"{row}.png").write_bytes(disc(COLOURS[row % 4], 4 + row))
    fixed = {ID: [str(row) for row in rows], PATH: [f"{row}.png" for row in rows], TEXT: [""] * len(rows)}
    fixed[HASH] = [f"{row:032x}" for row in rows]
    dataset = Dataset(pa.table(fixed | dict(zip(attributes.column_names, attributes.columns, strict=True))))
    ws = create_workspace(root / "workspaces" / "any", "any", dataset, image_root=root, source="", kind="folder")
    prepare(ws, "histogram", method="pca", progress=Silent())
    return ws


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    phases=[Phase.generate],
)
@given(tables())
def test_explore_opens_on_any_columns(tmp_path_factory: pytest.TempPathFactory, table: pa.Table) -> None:
    home = tmp_path_factory.mktemp("home")
    ws = workspace_of(home, table)
    with pytest.MonkeyPatch.context() as patch, visit("1_Explore", "any") as test:
        patch.setenv("EXPLORER_HOME", str(home))
        opened(test)
        names = useful_columns(open_shared(ws.path))
        test.session_state[f"explore.filters.columns.any.{len(names)}"] = names
        test.run()
        if names:  # of one item, or of items that are all the same, there is nothing to filter by
            assert sorted(charts(test)) == sorted(names)
            assert f"All {table.num_rows:,} items pass" in texts(test)
        for name in ("word", "tags", "day", "score"):
            opened(test, color=f"column:{name}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight items with ids of 19 digits, small scores, days and tags."""
    columns = {
        "tweet": [1009513310189256287 + 977 * row for row in range(8)],
        "score": [row * 4e-4 for row in range(8)],
        "day": [dt.date(2024, 1, 1 + row) for row in range(8)],
        "tags": [["a"], ["a", "b"], [], None, ["b"], ["c"], ["a"], ["a"]],
    }
    workspace_of(tmp_path, pa.table(columns))
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("page", ["2_Conditional", "4_Compare", "5_MAP-Elites", "6_Annotate", "7_Agreement"])
def test_pages_open_on_dates_and_lists(home: Path, page: str) -> None:
    with visit(page, "any") as test:
        opened(test)


def test_home_counts_dates_and_tags(home: Path) -> None:
    test = AppTest.from_file(APP, default_timeout=TIMEOUT)
    test.query_params["ws"] = "any"
    test.run()
    assert [str(error.value) for error in test.exception] == []
    assert "Not drawn" not in texts(test)


@pytest.mark.parametrize(
    ("filters", "count", "column", "counts"),
    [
        ("tags:values:b", 2, "tags", [4, 2, 1, 1]),
        ("tweet:range:1009513310189257264,", 7, "tags", [3, 2, 1, 1]),
        ("tweet:range:1009513310189257264,1009513310189257264", 1, "tags", [1, 1, 0, 0]),
        ("score:range:,0.0009", 3, "tags", [2, 1, 0, 0]),
        ("day:range:1704240000.0,", 6, "tags", [2, 1, 1, 1]),
        ("day:range:1704240000.0,;tags:values:a", 2, "tags", [2, 1, 1, 1]),
    ],
)
def test_numbers_days_and_tags_filter_exactly_and_the_other_columns_count_what_is_left(
    home: Path, filters: str, count: int, column: str, counts: list[int]
) -> None:
    with visit("1_Explore", "any") as test:
        opened(test, f=filters)
        assert f"{count} of 8 items pass" in texts(test)
        assert [bar["count"] for bar in charts(test)[column]["bars"]] == counts
