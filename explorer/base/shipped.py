"""Where what ships with the program lies: in the source tree, or inside the installed package."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
TREE = PACKAGE.parent
ROOT = TREE if (TREE / "assets" / "pocket.json").is_file() else PACKAGE / "_shipped"
"""Folder of app.py, pages/ and assets/."""
ASSETS = ROOT / "assets"
PAGES = ROOT / "pages"
APP = ROOT / "app.py"
TOURS = ASSETS / "tours"


def page_files() -> dict[str, str]:
    """The file of every page by its name, Home first: {"Home": "app.py", "Explore": "pages/1_Explore.py", ...}."""
    found = sorted(PAGES.glob("[0-9]*.py"), key=lambda path: int(path.stem.split("_")[0]))
    return {"Home": APP.name} | {path.stem.partition("_")[2]: f"{PAGES.name}/{path.name}" for path in found}
