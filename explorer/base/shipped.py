"""Where what ships with the program lies: in the source tree, or inside the installed package."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
TREE = PACKAGE.parent
ROOT = TREE if (TREE / "assets" / "pocket.json").is_file() else PACKAGE / "_shipped"
"""Folder of app.py, pages/ and assets/."""
ASSETS = ROOT / "assets"
PAGES = ROOT / "pages"
APP = ROOT / "app.py"
