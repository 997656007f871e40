"""The table of features names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "features.md").read_text("utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]


def test_the_table_has_all_64_in_order_and_says_yes_partly_or_no() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 65))
    assert {row[2] for row in ROWS} <= {"yes", "partly", "no"}
    assert all(row[3] for row in ROWS), "a no or a partly says why"


def test_every_yes_names_a_test_that_is_there() -> None:
    for number, feature, here, shown in ROWS:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)
        assert bool(named) == (here == "yes"), f"{number} {feature}"
        for path, name in named:
            assert re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), f"{path}::{name}"
