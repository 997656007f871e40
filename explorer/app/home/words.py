"""Words on a workspace: where it comes from, when it was made, how large it is."""

from datetime import datetime
from pathlib import Path

from explorer.app.frame.foreign import plain
from explorer.io.formats.registry import all_formats
from explorer.workspace.manifest import Manifest

KINDS = {"folder": "a folder of images", "table": "a table", "zip": "a zip", "demo": "a demo", "hf": "a saved data set"}
UNITS = ("KB", "MB", "GB", "TB")


def kind(manifest: Manifest) -> str:
    """What it was made from, as Markdown."""
    titles = {one.name: f"files of {one.title}" for one in all_formats()}
    return KINDS.get(manifest.kind) or plain(titles.get(manifest.kind, manifest.kind))


def origin(manifest: Manifest) -> str:
    """What it was made from, where that lies, and when that was; for a place that reads Markdown."""
    source = Path(manifest.source)
    shown = source.name if "uploads" in source.parts else manifest.source
    return f"From {kind(manifest)}: {plain(shown)} · made {made(manifest)}"


def made(manifest: Manifest) -> str:
    """The day when it was made, such as "28 Nov 2026", as Markdown."""
    try:
        day = datetime.fromisoformat(manifest.created)
    except ValueError:
        return plain(manifest.created[:10])
    return f"{day.day} {day:%b %Y}"


def size(count: int) -> str:
    """Bytes in words, such as "31 MB"."""
    power = min(max(len(str(max(count, 1))) - 1, 3) // 3, len(UNITS))
    value = count / 1000**power
    return f"{value:.1f} {UNITS[power - 1]}" if power > 1 and value < 10 else f"{value:,.0f} {UNITS[power - 1]}"
