"""Downloads of chosen items, made when the button is pressed and not before."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from explorer.app.explore.state import Context
from explorer.base.arrays import Rows
from explorer.workspace.tags import WithTags

FORMATS = {
    "csv": (
        "CSV",
        "text/csv",
        "For a spreadsheet; cells that it would run as a formula are made safe with a leading '.",
    ),
    "parquet": ("Parquet", "application/vnd.apache.parquet", "For pandas, DuckDB and other programs; types are kept."),
    "jsonl": ("JSONL", "application/jsonl", "One JSON object a line."),
    "zip": ("Zip with images", "application/zip", "The image files and a metadata.csv that imports again as it is."),
}


def export_panel(
    context: Context, rows: Rows, key: str, name: str = "selection", extra: Mapping[str, Any] | None = None
) -> None:
    """A choice of format and one download button for the items of these rows; `extra` are more columns by name."""
    known = [kind for kind in FORMATS if kind != "zip" or context.dataset.has_images]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "Format",
            known,
            key=f"{key}.format",
            format_func=lambda value: FORMATS[value][0],
            width=190,
            help="\n\n".join(f"**{FORMATS[value][0]}**: {FORMATS[value][2]}" for value in known),
        )
        st.download_button(
            f"Download {len(rows):,} items",
            _maker(context, rows, kind, extra),
            f"{name}.{kind}",
            FORMATS[kind][1],
            key=f"{key}.download",
            on_click="ignore",
            icon=":material/download:",
        )


def _maker(context: Context, rows: Rows, kind: str, extra: Mapping[str, Any] | None) -> Callable[[], bytes]:
    def make() -> bytes:
        from explorer.io.export import export_bytes

        return export_bytes(WithTags(context.workspace), rows, kind, extra)

    return make
