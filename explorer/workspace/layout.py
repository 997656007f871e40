"""Where things lie in a workspace. No other code knows these names; what lies inside one folder is its maker's affair.

manifest.json with a copy, dataset-<version>.parquet, import.json, skipped.csv, runs.jsonl (how everything was made),
views.json and views.history/ (precious), judgments.sqlite, tags.sqlite, triples.sqlite, labels.sqlite, columns.sqlite
and matches.sqlite (precious), judgments.json (which database holds the judgments, where none of these does), files/
(images of archives), embeddings/<encoder>/, indexes/<encoder>/, maps/<encoder>-<method>/, solids/<encoder>-<method>/
(in three dimensions), elites/<run>/, pictures/ (numbers measured
on pixels), queries/ (pictures that were searched by), copies/<encoder>/ (pairs of likely copies), copies/pictures/
(what they are told from), outliers/<encoder>/, neighbours/<encoder>/ (of every item), keywords/texts/ (the words of the
texts), hubs/<encoder>/ (what search by items takes off), links/<encoder>/ (pairs of items that are alike),
several/<encoder>/ (several vectors an item), layers/<network>/ (brought, precious), matches/<name>/ (two lists as they
were matched, precious), cutoffs/<model and source>/ (learned), thumbnails/, cache/, jobs/. together/<key>/
(vectors of baskets), why/<name>/ (networks that tell why a text). The demo of a shop has match-demo/ (what its products
are matched with).
Whatever is not precious can be made again from the source.
"""

import os
import re
from hashlib import blake2b
from pathlib import Path

from explorer.base.arrays import check_choice
from explorer.base.versions import file_stamp
from explorer.io.embedding_store import MANIFEST as MANIFEST

MANIFEST_COPY = "manifest.json.bak"
PREFERRED = "preferred.json"
FILES, IMPORT_REPORT, SKIPPED, RUNS = "files", "import.json", "skipped.csv", "runs.jsonl"
JUDGMENTS, TAGS, TRIPLES = "judgments.sqlite", "tags.sqlite", "triples.sqlite"
JUDGMENTS_PLACE = "judgments.json"
LABELS, COLUMNS, MATCHES = "labels.sqlite", "columns.sqlite", "matches.sqlite"
DATABASES = {
    JUDGMENTS: "judgments",
    TAGS: "tags",
    TRIPLES: "training triples",
    LABELS: "labels",
    COLUMNS: "accepted columns",
    MATCHES: "decisions on matches",
}
VIEWS, VIEWS_HISTORY, VIEWS_LOCK, LOCK = "views.json", "views.history", ".views.lock", ".lock"
KNOWN_FILES = "cache/files.parquet"
MATCH_DEMO = "match-demo"
FOLDERS = (
    "embeddings",
    "indexes",
    "maps",
    "solids",
    "pictures",
    "thumbnails",
    "jobs",
    "elites",
    "queries",
    "copies",
    "outliers",
    "neighbours",
    "keywords",
    "hubs",
    "links",
    "several",
    "layers",
    "matches",
    "cutoffs",
    "together",
    "why",
    "cache",
)


def folder_of(path: Path, kind: str, name: str = "") -> Path:
    """Where things of `kind` (see `FOLDERS`) lie in the workspace at `path` for `name`, such as an encoder."""
    check_choice(kind, FOLDERS, "kind")
    return path / kind / slug(name) if name else path / kind


def is_workspace(path: Path) -> bool:
    """True when the folder `path` says that it is a workspace."""
    return (path / MANIFEST).is_file()


def manifest_stamp(folder: Path) -> str:
    """Changes whenever a workspace is imported into; one look at the disk."""
    return file_stamp(folder / MANIFEST)


def slug(name: str) -> str:
    """A folder name for `name`: itself when it is plain, else cleaned and with a hash so that no two names meet."""
    clean = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._")[:80]
    if clean == name:
        return name
    return f"{clean}-{blake2b(os.fsencode(name), digest_size=4).hexdigest()}"
