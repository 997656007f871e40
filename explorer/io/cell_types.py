"""Cells of text files as numbers, yes/no or lists, where all of a column are; otherwise they stay as written."""

import ast
import json

import pyarrow as pa
import pyarrow.compute as pc

WORDS = ("NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "NaT")
MISSING = (*WORDS, ".", "-", "--", "?", "\\N", "#N/A", "#NA", "<NA>")
# "007", telephone numbers, 1e5 as a code: names, not numbers.
NAME_LIKE = r"^[+-]?0[0-9]|^\+"
CODE_LIKE = r"^[0-9]+[eE][0-9]+$"
WHOLE = r"^-?[0-9]+$"
LONG_WHOLE = r"^-?[0-9]{19,}$"
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$|^[+-]?([iI]nf|INF|[iI]nfinity)$"
COMMA_NUMBER = r"^[+-]?[0-9]+(,[0-9]+)?$|^[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+$"
THOUSANDS = r"^[+-]?([1-9][0-9]{0,2}(,[0-9]{3})*|0)(\.[0-9]+)?$"
LIST = r"(?s)^\[.*\]$|^\(.*,.*\)$"


def typed_column(column: pa.ChunkedArray, name: str, delimiter: str) -> tuple[pa.ChunkedArray, str]:
    """Return (the (n,) strings as integers, floats, yes/no or lists when all filled ones are; a note or "").

    Cells such as NA, null and "." are missing where the rest is of one kind. delimiter: with ";" a comma in a number
    is the decimal comma; with "," a comma before each three digits parts thousands.
    """
    stripped = pc.utf8_trim_whitespace(column)
    unknown = pc.or_(pc.equal(stripped, ""), pc.is_in(stripped, value_set=pa.array(MISSING)))
    known = pc.if_else(unknown, pa.scalar(None, pa.string()), stripped)
    if known.null_count == len(known):
        return column, ""
    for kind in (_numbers, _booleans, _lists):
        found = kind(known)
        if found is not None:
            return found, ""
    return _with_commas(column, known, name, delimiter)


def _all(values: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())


def _any(values: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern)).as_py())


def _numbers(known: pa.ChunkedArray) -> pa.ChunkedArray | None:
    if not _all(known, NUMBER) or _any(known, NAME_LIKE) or not _any(known, "[0-9]"):
        return None
    if _all(known, WHOLE):
        try:
            return known.cast(pa.int64())
        except pa.ArrowInvalid:
            return None  # codes of twenty digits: as floats they would lose some
    codes = _any(known, CODE_LIKE) and not _any(known, r"\.")
    return None if codes or _any(known, LONG_WHOLE) else known.cast(pa.float64())


def _booleans(known: pa.ChunkedArray) -> pa.ChunkedArray | None:
    lower = pc.utf8_lower(known)
    filled = pc.is_in(lower.drop_null(), value_set=pa.array(["true", "false"]))
    return pc.equal(lower, "true") if pc.all(filled).as_py() else None


def _lists(known: pa.ChunkedArray) -> pa.ChunkedArray | None:
    if not _all(known, LIST):
        return None
    try:
        lists = pa.array([None if text is None else _list(text) for text in known.to_pylist()])
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, OverflowError, pa.ArrowException):
        return None
    flat = pa.types.is_list(lists.type) and not pa.types.is_nested(lists.type.value_type)
    return pa.chunked_array([lists]) if flat and not pa.types.is_null(lists.type.value_type) else None


def _list(text: str) -> list[object]:
    """The list that JSON or Python wrote."""
    try:
        value = json.loads(text)
    except ValueError:
        value = ast.literal_eval(text)
    if not isinstance(value, list | tuple):
        raise TypeError(text)
    return list(value)


def _with_commas(
    column: pa.ChunkedArray, known: pa.ChunkedArray, name: str, delimiter: str
) -> tuple[pa.ChunkedArray, str]:
    if not _any(known, ",") or not _all(known, r"^[-+0-9.,]+$") or _any(known, NAME_LIKE):
        return column, ""
    thousands, decimals = _all(known, THOUSANDS), _all(known, COMMA_NUMBER)
    if thousands and (delimiter == "," or not decimals):
        return pc.replace_substring(known, ",", "").cast(pa.float64()), f"{name}: the commas part thousands."
    if decimals and (delimiter == ";" or not thousands):
        points = pc.replace_substring(pc.replace_substring(known, ".", ""), ",", ".")
        return points.cast(pa.float64()), f"{name}: the commas were read as decimal points."
    if decimals:
        return column, f"{name}: stays text, because a comma in it may part thousands or be a decimal comma."
    return column, ""
