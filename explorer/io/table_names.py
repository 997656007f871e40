"""Which files are tables, told by their names alone."""

from pathlib import PurePath

TABLE_ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
PACKED = ".gz"


def table_ending(name: str) -> str:
    """The ending that says the kind of a table, lower-case and without a .gz after it: ".csv" of "a.CSV.gz"."""
    path = PurePath(name.lower())
    if path.suffix == PACKED:
        path = path.with_suffix("")
        return "" if path.suffix == ".parquet" else path.suffix
    return path.suffix


def table_stem(name: str) -> str:
    """The name without the endings: "items" of "items.csv.gz"."""
    path = PurePath(name)
    return PurePath(path.stem).stem if path.suffix.lower() == PACKED else path.stem


def is_table_name(name: str) -> bool:
    """True when the file name ends like a table that can be read."""
    return table_ending(name) in TABLE_ENDINGS
