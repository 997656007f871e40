import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.base.errors import InputError
from explorer.features.match.directory.reading import Directory, Entries, Layout, directory_of, read_directory
from explorer.features.match.strings.normalise import Normal
from tests.features.match.directory.toy import ENTRIES, written

NORMAL = Normal()
PAIRS = [("a", "b"), ("b", "c"), ("a", "c"), ("x", "y"), ("c", "x")]


def of(entries: list[tuple[str, str]], layout: Layout, weights: list[float] | None = None) -> Directory:
    aliases, meanings = [a for a, _ in entries], [b for _, b in entries]
    given = np.ones(len(entries)) if weights is None else np.array(weights)
    return directory_of(Entries(aliases, meanings, given), layout, NORMAL)


def test_names_are_made_alike_and_have_the_id_of_their_first_row(tmp_path: Path) -> None:
    path = written(tmp_path, [*ENTRIES, ("Apple  LLC.", "other"), ("", "M"), ("Fannie Mae", "F")])
    found = read_directory(path, Layout(), NORMAL)
    assert len(found) == 7 and found.names[0] == "apple llc" and found.written[0] == "apple llc"
    assert [found.meanings[group] for group in found.groups] == [one for _, one in ENTRIES]
    assert found.notes == (
        "directory.csv: 1 row without both a name and what it stands for.",
        "1 row with another id for a name than the first row has that names it; the first counts.",
    )


def test_columns_are_guessed_by_their_names_or_named(tmp_path: Path) -> None:
    table = pa.table({"seen": [1, 2], "Canonical_ID": [7, 7], "Alias": ["a corp", "b corp"], "other": ["u", "v"]})
    pq.write_table(table, tmp_path / "names.parquet")
    found = read_directory(tmp_path / "names.parquet", Layout(), NORMAL)
    assert found.names == ("a corp", "b corp") and found.meanings == ("7",)
    named = read_directory(tmp_path / "names.parquet", Layout(alias="other", meaning="Alias"), NORMAL)
    assert named.names == ("u", "v") and named.meanings == ("a corp", "b corp")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert read_directory(path, Layout(), NORMAL) is read_directory(path, Layout(), NORMAL)
    path.write_text("alias,id\nzebra,Z\n")
    os.utime(path, ns=(1, 1))
    assert read_directory(path, Layout(), NORMAL).names == ("zebra",)


def test_names_that_share_ids_are_grouped_and_called_by_the_id_seen_most() -> None:
    entries = [("big blue", "1"), ("ibm", "1"), ("ibm", "2"), ("ibm corp", "2"), ("big blue", "2"), ("kodak", "3")]
    for grouping in ("markov", "louvain"):
        found = of(entries, Layout(grouping=grouping), [1, 1, 5, 5, 2, 1])
        assert found.names == ("big blue", "ibm", "ibm corp", "kodak")
        assert [found.meanings[group] for group in found.groups] == ["2", "2", "2", "3"] and found.notes == ()


def test_pairs_of_names_are_grouped_without_chains() -> None:
    for grouping in ("markov", "louvain"):
        found = of(PAIRS, Layout(pairs=True, grouping=grouping))
        by_name = dict(zip(found.names, found.groups.tolist(), strict=True))
        assert by_name["a"] == by_name["b"] == by_name["c"] != by_name["x"] == by_name["y"]
        assert len(found.meanings) == 2 and found.meanings[0] == "c"  # linked best


def test_pairs_as_they_are_given_would_be_chains() -> None:
    with pytest.raises(InputError, match="pairs of names have no ids. Group them by markov or louvain"):
        of(PAIRS, Layout(pairs=True))


def test_pairs_of_one_name_with_itself_and_of_signs_alone_link_nothing() -> None:
    found = of([("a", "A."), ("b", "c")], Layout(pairs=True, grouping="markov"))
    assert found.names == ("a", "b", "c") and found.groups.tolist() == [0, 1, 1]


def test_weights_are_read_and_checked(tmp_path: Path) -> None:
    rows = [("a", "1", "1"), ("a", "2", "9"), ("b", "2", "1"), ("c", "1", "1")]
    path = written(tmp_path, rows, "alias,id,seen")
    found = read_directory(path, Layout(weight="seen", grouping="markov"), NORMAL)
    assert dict(zip(found.names, (found.meanings[g] for g in found.groups), strict=True))["a"] == "2"
    for wrong in ("-1", "0", "many", "nan", "inf"):
        path = written(tmp_path, [("a", "1", "1"), ("b", "1", wrong)], "alias,id,seen")
        with pytest.raises(InputError, match=f"column seen, row 2: expected a number above 0, got '{wrong}'"):
            read_directory(path, Layout(weight="seen"), NORMAL)


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a file of names and what they stand for, got none. Give one as"):
        read_directory(Path(""), Layout(), NORMAL)
    with pytest.raises(InputError, match="none.csv: expected a file of names and what they stand for, but there"):
        read_directory(tmp_path / "none.csv", Layout(), NORMAL)
    with pytest.raises(InputError, match="directory.csv: expected two columns"):
        read_directory(written(tmp_path, [("a",)], "alias"), Layout(), NORMAL)
    with pytest.raises(InputError, match="directory.csv, column of the directory: expected one of"):
        read_directory(written(tmp_path), Layout(alias="vanished"), NORMAL)
    with pytest.raises(InputError, match="directory.csv, column of weights: expected one of"):
        read_directory(written(tmp_path), Layout(weight="vanished"), NORMAL)
    with pytest.raises(InputError, match="expected rows with a name and what it stands for, got none"):
        read_directory(written(tmp_path, [("", "1"), ("...", "2")], "alias,id"), Layout(), NORMAL)
    with pytest.raises(InputError, match="Groups of the directory: expected one of"):
        read_directory(written(tmp_path), Layout(grouping="by hand"), NORMAL)
