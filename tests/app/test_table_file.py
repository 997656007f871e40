"""A table of a page as a file."""

import csv
import io
import tomllib

import pandas as pd

from explorer.app.frame.table_file import table_bytes
from explorer.base.shipped import ASSETS


def test_a_table_is_safe_in_a_spreadsheet_whatever_its_columns_hold() -> None:
    frame = pd.DataFrame({"+name": ["=1", " @a", "b"], "mixed": [1, "–", None], "share": [0.5, None, -1.0]})
    header, *rows = csv.reader(io.StringIO(table_bytes(frame).decode("utf-8-sig")))
    assert header == ["'+name", "mixed", "share"]
    assert rows == [["'=1", "1", "0.5"], ["' @a", "–", ""], ["b", "", "-1"]]


def test_the_tables_own_download_is_off() -> None:
    """It writes formulas as they are."""
    settings = tomllib.loads((ASSETS.parent / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["client"]["disableDataExport"] is True
