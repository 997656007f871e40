"""What can be matched, as words of the address: items of a collection, a file that somebody brought, the same list.

items            the items of the shown collection
ws:NAME          the items of another one
shop:NAME        a file of the made shop, where that is the shown collection
file:KEY/NAME    the rows of a table; columns:KEY/NAME its columns; of a zip of tables: its tables, or their columns
KEY              the first characters of the file's SHA-256: a link shows the same bytes, or says that they are missing
"""

import re
from hashlib import sha256
from pathlib import Path, PurePosixPath

from explorer.app.home.quota import check_room
from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.base.progress import Silent
from explorer.base.settings import home
from explorer.features.match.side import Side
from explorer.features.match.sides import side_of_columns, side_of_file, side_of_folder, side_of_items
from explorer.features.match.sources import items_of
from explorer.io.archive import extract_zip
from explorer.io.atomic import atomic_folder, atomic_write
from explorer.io.table_names import TABLE_ENDINGS
from explorer.workspace.finding import workspace_folder
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.shop import shop_files
from explorer.workspace.sweeping import UPLOADS

ITEMS, SAME, FILE, COLUMNS, COLLECTION, SHOP = "items", "same", "file", "columns", "ws", "shop"
LISTS = (
    "catalogue",
    "other catalogue",
    "suppliers",
    "other suppliers",
    "questions",
    "answers",
    "columns",
    "glossary",
    "tables",
)
"""Those of the shop's files that are lists of things."""
PROBLEM = "match.problem"
"""In the session: why a file that was brought cannot be used."""
KINDS = sorted({ending.rpartition(".")[2] for ending in TABLE_ENDINGS} | {"zip"})
DIGITS, LONGEST = 20, 120
TABLES = "tables"
KEY = re.compile(rf"[0-9a-f]{{{DIGITS}}}")


def keep_file(name: str, data: bytes) -> str:
    """Keep what somebody brought until it is swept; its KEY/NAME. LimitError when uploads take too much room."""
    shown = PurePosixPath(name.replace("\\", "/")).name[-LONGEST:].lstrip(".") or "file"
    key = sha256(data).hexdigest()[:DIGITS]
    path = home() / UPLOADS / key / shown
    if not path.is_file():
        check_room(UPLOADS, len(data))
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temporary:
            temporary.write_bytes(data)
    return f"{key}/{shown}"


def path_of(kept: str) -> Path:
    """The file of a KEY/NAME; for a zip the folder of what is in it. InputError when it is not there any more."""
    key, _, name = kept.partition("/")
    path = home() / UPLOADS / key / name
    if not KEY.fullmatch(key) or PurePosixPath(name).name != name or not path.is_file():
        raise InputError(f"The file {name[:LONGEST]!r} is not on this server any more. Bring it again.")
    return _unpacked(path) if path.suffix.lower() == ".zip" else path


def _unpacked(path: Path) -> Path:
    """The folder with the tables of a zip, named as it is; that inside where all lies in one."""
    folder = path.parent / TABLES / path.stem
    if not folder.is_dir():
        with atomic_folder(folder) as fresh:
            extract_zip(path, fresh, Silent())
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def shop_words(opened: Opened) -> list[str]:
    """The lists of the made shop; none for another collection."""
    known = shop_files(opened.workspace)
    return [f"{SHOP}:{name}" for name in LISTS if name in known]


def shop_file(opened: Opened, name: str) -> Path:
    """A file of the made shop; InputError where this collection has none of that name."""
    return shop_files(opened.workspace)[check_choice(name, shop_files(opened.workspace), f"file of {opened.name}")]


def source_path(opened: Opened, word: str) -> Path:
    """The file or folder behind a source that is one, or behind a KEY/NAME."""
    kind, colon, rest = word.partition(":")
    return shop_file(opened, rest) if colon and kind == SHOP else path_of(rest if colon else word)


def source_name(word: str, opened: Opened) -> str:
    """A source for people."""
    kind, _, rest = word.partition(":")
    if kind == COLLECTION:
        return f"Collection: {rest}"
    if kind == SHOP:
        return f"The shop’s {rest}"
    if kind in (FILE, COLUMNS):
        return f"{'Columns of' if kind == COLUMNS else 'File:'} {rest.partition('/')[2]}"
    return {ITEMS: f"This collection: {opened.name}", SAME: "The same list"}.get(word, word)


def stamp_of(word: str) -> str:
    """Changes with what another collection holds; "" for other sources, which do not change."""
    kind, _, rest = word.partition(":")
    return open_shared(workspace_folder(rest)).key if kind == COLLECTION else ""


@remembered(6)
def side_of(opened: Opened, word: str, text: str = "", encoder: str = "", stamp: str = "") -> Side:
    """The things of a source. text: the column that is compared, "" for the likeliest. encoder: of their vectors.

    stamp: of `stamp_of`. InputError for a source that is not there, a file that cannot be read, an unknown column.
    """
    kind, _, rest = word.partition(":")
    if kind == ITEMS:
        return side_of_items(opened, text, encoder)
    if kind == COLLECTION:
        other = open_shared(workspace_folder(rest))
        return items_of(other, text, encoder)
    if kind not in (FILE, COLUMNS, SHOP):
        raise InputError(f"Expected what is matched: items, ws:NAME, shop:NAME, file:… or columns:…, got {word!r:.60}.")
    path = source_path(opened, word)
    if kind == COLUMNS:
        return side_of_columns(path)
    return side_of_folder(path) if path.is_dir() else side_of_file(path, text)
