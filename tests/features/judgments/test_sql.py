"""SQL stands in few places: judgments, tags, labels, columns, triples, keywords, what opens and saves their files."""

import ast
from pathlib import Path

from explorer.base.shipped import TREE

PLACE = TREE / "explorer" / "features" / "judgments" / "store"
KEYWORDS = ("workspace/keywords.py", "workspace/postings.py", "search/keywords.py", "search/keyword_ranking.py")
STORES = (
    "io/sqlite.py",
    "io/postgres.py",
    "io/salvage.py",
    "workspace/tag_store.py",
    "workspace/label_store.py",
    "workspace/match_store.py",
    "workspace/added_columns.py",
    "workspace/triple_store.py",
)
OTHERS = {TREE / "explorer" / name for name in (*STORES, *KEYWORDS)}
STATEMENTS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "PRAGMA ")


def speaks_sql(path: Path) -> bool:
    """Whether a file imports sqlite3 or holds a string that begins as a statement does."""
    text = path.read_text(encoding="utf-8")
    if not any(word in text for word in ("sqlite3", *STATEMENTS)):
        return False
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import) and any(one.name == "sqlite3" for one in node.names):
            return True
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.lstrip().startswith(STATEMENTS)
        ):
            return True
    return False


def test_only_the_stores_speak_sql() -> None:
    known = (TREE / "explorer").rglob("*.py")
    files = [path for path in known if not path.is_relative_to(PLACE) and path not in OTHERS]
    assert len(files) > 100
    assert [str(path) for path in files if speaks_sql(path)] == []


def test_the_check_sees_sql() -> None:
    assert speaks_sql(PLACE / "events.py") and speaks_sql(PLACE / "campaigns.py") and all(map(speaks_sql, OTHERS))
