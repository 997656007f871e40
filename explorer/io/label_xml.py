"""Telling label files among .xml files, by their first bytes."""

from pathlib import Path

ROOT, HEAD = b"<annotations", 4096
XML = ".xml"


def is_label_xml(path: Path) -> bool:
    """Whether a .xml begins as CVAT's label files do."""
    if path.suffix.lower() != XML:
        return False
    try:
        with path.open("rb") as file:
            return ROOT in file.read(HEAD)
    except OSError:
        return False
