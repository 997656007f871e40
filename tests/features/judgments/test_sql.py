"""The SQL of judgments stands in one folder."""

import ast
from pathlib import Path

from explorer.base.shipped import TREE

PLACE = TREE / "explorer" / "features" / "judgments" / "store"
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


def test_only_the_store_speaks_sql() -> None:
    files = [path for path in (TREE / "explorer").rglob("*.py") if not path.is_relative_to(PLACE)]
    assert len(files) > 100
    assert [str(path) for path in files if speaks_sql(path)] == []


def test_the_check_sees_sql() -> None:
    assert speaks_sql(PLACE / "file.py") and speaks_sql(PLACE / "campaigns.py")
