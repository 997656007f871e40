"""A run's archive as a file to take away: tables, pictures, a self-contained HTML page, figures for papers."""

import io
import json
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa

from explorer.base.arrays import check_choice
from explorer.features.elites.export_figure import run_figure
from explorer.features.elites.export_page import run_page
from explorer.features.elites.export_picture import picture_bytes
from explorer.features.elites.pictures import picture_or_none
from explorer.features.elites.table import elites_table
from explorer.features.elites.view import OpenRun, open_run
from explorer.io.atomic import atomic_write
from explorer.io.export import csv_bytes, parquet_bytes
from explorer.workspace.folder import Workspace


def export_bytes(run: OpenRun, kind: str) -> bytes:
    """The archive as "csv", "parquet" (with a column of WebP pictures), "zip" (CSV and pictures), "png", "html" (a page
    that works alone), "svg" or "pdf" (figures for papers).
    """
    return FORMATS[check_choice(kind, FORMATS, "format")](run)


def export_run(ws: Workspace, name: str, destination: Path) -> None:
    """Write a run to `destination`, whose ending says how; or nothing."""
    kind = destination.suffix.lower().removeprefix(".")
    check_choice(kind, FORMATS, f"{destination.name}: the ending of the file")
    data = export_bytes(open_run(ws, name), kind)
    with atomic_write(destination) as temporary:
        temporary.write_bytes(data)


def _csv(run: OpenRun) -> bytes:
    return csv_bytes(elites_table(run))


def _pictures(run: OpenRun) -> list[bytes | None]:
    return [picture_or_none(run, run.elite(int(cell))) for cell in run.archive.occupied]


def _parquet(run: OpenRun) -> bytes:
    return parquet_bytes(elites_table(run).append_column("picture_webp", pa.array(_pictures(run), pa.binary())))


def _zip(run: OpenRun) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        names = []
        for cell, data in zip(run.archive.occupied, _pictures(run), strict=True):
            names.append(f"cells/{int(cell):07d}.webp" if data else "")
            if data:
                archive.writestr(names[-1], data)
        table = elites_table(run).append_column("file_name", pa.array(names, pa.string()))
        archive.writestr("metadata.csv", csv_bytes(table), zipfile.ZIP_DEFLATED)
        described = {"settings": run.settings.to_dict(), "evaluations": len(run.log), "created": run.info.created}
        archive.writestr("run.json", json.dumps(described, indent=1, ensure_ascii=False), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


FORMATS: dict[str, Callable[[OpenRun], bytes]] = {
    "csv": _csv,
    "parquet": _parquet,
    "zip": _zip,
    "png": picture_bytes,
    "html": run_page,
    "svg": partial(run_figure, kind="svg"),
    "pdf": partial(run_figure, kind="pdf"),
}
