"""A table of a page as a file: CSV that is safe in a spreadsheet, in the place of the tables' own download."""

import pandas as pd
import pyarrow as pa
import streamlit as st


def table_button(frame: pd.DataFrame, name: str, key: str) -> None:
    """A quiet button that downloads the frame as `name`.csv, made when it is pressed."""
    st.download_button(
        "Download the table",
        lambda: table_bytes(frame),
        f"{name}.csv",
        "text/csv",
        key=key,
        type="tertiary",
        on_click="ignore",
        icon=":material/download:",
    )


def table_bytes(frame: pd.DataFrame) -> bytes:
    """The frame as CSV without its index; columns of several kinds of values become texts."""
    from explorer.io.export import csv_bytes

    mixed = {name: "string" for name in frame.columns if frame[name].dtype == object}
    return csv_bytes(pa.Table.from_pandas(frame.astype(mixed), preserve_index=False))
