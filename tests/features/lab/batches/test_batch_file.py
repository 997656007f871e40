"""Files of queries: what they may hold, what is said of bad ones, and the answers of the command."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from explorer.base.errors import InputError
from explorer.commands.main import app
from explorer.features.lab.batches.file import read_batch
from explorer.features.lab.batches.kept import kept_answers, kept_batch, measure_and_keep, stamp
from explorer.features.lab.batches.service import answer_batch
from explorer.features.lab.batches.words import condition_words
from explorer.search.find import find
from explorer.workspace.opened import Opened

SPEC = "histogram"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "queries.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_conditions_come_from_columns_as_typed_and_as_addresses_have_them(shapes: Opened, tmp_path: Path) -> None:
    first, second = shapes.dataset.ids[:2]
    file = written(
        tmp_path,
        "id,k,label,where,filters",
        f'{first},3,"red,blue",year=1905..1910,',
        f"{second},,,label=red;year=1901..,label:values:green",
    )
    one, two = read_batch(file, shapes.tagged)
    assert (one.line, one.count, one.part.value) == (2, 3, str(first))
    assert one.conditions == ("label:values:red,blue", "year:range:1905.0,1910.0")
    assert two.count == 10 and set(two.conditions) == {"label:values:red", "year:range:1901.0,", "label:values:green"}
    assert condition_words(one.conditions[0]) == "label: red or blue"
    assert condition_words("year:range:1901.0,") == "year: from 1,901"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("text,colour", "dog,red"), "header: there is no column 'colour'"),
        (("label,k", "red,3"), "expected a column text or id"),
        (("text,k,where", "dog,1,", ",,"), "Line 3: the row is empty"),
        (("text,k,where", "dog,1"), "Line 2: expected 3 fields, got 2"),
        (("text,k,where", "dog,1,colour=red"), "Line 2: where: there is no column 'colour'"),
        (("text,k,where", "dog,1,red"), "Line 2: Condition: expected column=value"),
        (("text,k,where", "dog,1,label=1..2"), "Line 2: Filter on label: expected a column of numbers"),
        (("text,k,filters", "dog,1,label"), "Line 2: Filter: expected column:kind:value"),
        (("text,k,id", "dog,1,", ",2,nobody"), "Line 3: there is no item 'nobody'"),
        (("text,k,id", ",2,"), "Line 2: expected a text or an id, got neither"),
        (("text,colour,size", "dog,red,1"), "header: there is no column 'colour' and no 'size'"),
        (
            ("text,k,where", "dog,1,year=9..1"),
            "expected a range from its lower to its upper end, got 9..1. Write 1..9.",
        ),
        (("text,year", "dog,many"), "Line 2: Filter on year: expected whole numbers, got many"),
        (("text,k", *["dog,0"] * 12), "12 lines cannot be used. The first 10: Line 2: k"),
        (("text,k", "dog,0", "cat,many"), "Line 2: k: expected a whole number from 1 to 1,000, got '0'. Line 3"),
    ],
)
def test_a_bad_file_is_refused_by_line(shapes: Opened, tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError) as error:
        read_batch(written(tmp_path, *lines), shapes.tagged)
    assert said in str(error.value) and "queries.csv" in str(error.value)


@pytest.fixture(scope="module")
def file(shapes: Opened, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve items with filters that recur, one that nothing passes, and one without."""
    wanted = ["label=red", "label=red;year=1900..1910", "year=1950..", "", "label=blue,green"]
    lines = [f'{item},{2 + number % 4},"{wanted[number % 5]}"' for number, item in enumerate(shapes.dataset.ids[:12])]
    return written(tmp_path_factory.mktemp("batch"), "id,k,where", *lines)


def test_answers_are_those_of_each_query_asked_alone(shapes: Opened, file: Path) -> None:
    queries = read_batch(file, shapes.tagged)
    found = answer_batch(shapes, SPEC, queries).answers.neighbours
    for number, one in enumerate(queries):
        single = find(shapes, SPEC, (one.part,), one.filters, one.count)
        rows, similarities = found.of(number)
        assert np.array_equal(rows, single.rows) and np.array_equal(similarities, single.similarities)
    assert len(found.of(2)[0]) == 0, "nothing is of 1950 or later"


def test_the_command_writes_the_answers(shapes: Opened, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    asked = ["search", str(shapes.path), "--batch", str(file), "--output", str(out)]
    told = CliRunner().invoke(app, asked, catch_exceptions=False)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert told.exit_code == 0 and "12 queries, 5 different filters (exact)" in told.stderr
    assert {row["line"] for row in rows} == {*range(2, 14)} - {4, 9}
    assert rows[0] == {"line": 2, "query": rows[0]["id"], "rank": 1, "id": str(shapes.dataset.ids[0]), "similarity": 1}
    with pytest.raises(InputError, match="what is asked for stands in the file"):
        CliRunner().invoke(app, [*asked, "--item", "x"], catch_exceptions=False)


def test_ways_are_measured_and_kept_with_the_answers(shapes: Opened, file: Path) -> None:
    measured = measure_and_keep(shapes, SPEC, file)
    kept = kept_batch(shapes, SPEC, stamp(file))
    assert kept == measured and kept.equal and (kept.queries, kept.filters) == (12, 5)
    exact = [point for point in kept.report.points if point.way != "hqi"]
    assert [point.way for point in exact] == ["one_by_one", "grouped", "attributes"]
    assert all(point.recall.value == 1 for point in exact)
    assert exact[2].costs["scanned"].value < exact[1].costs["scanned"].value == 120
    assert sum(items for *_, items in kept.tree.lists) == 120 == kept.tree.nodes[0].items
    answers = kept_answers(shapes, SPEC, stamp(file))
    assert answers is not None and answers.read_text(encoding="utf-8-sig").startswith('"line","query","rank"')
    assert kept_batch(shapes, SPEC, "other") is None


def test_a_made_up_batch_asks_held_out_items_with_recurring_filters(shapes: Opened) -> None:
    made = measure_and_keep(shapes, SPEC, None)
    assert made.equal and made.report.items < 120 and made.filters <= 10
    assert {"label: red", "year: 1,906 to 1,911"} & {condition_words(one) for one in made.tree.conditions}
