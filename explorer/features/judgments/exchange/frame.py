"""Answers as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.features.judgments.exchange.files import COLUMNS
from explorer.features.judgments.values import Answer

if TYPE_CHECKING:
    import pandas as pd


def answers_frame(answers: Sequence[Answer]) -> "pd.DataFrame":
    """One row an answer, in order; the columns of the export of events but `kind`.

    items: tuple of ids. answer: as `Answer.answer`. rt_ms: NaN where unknown. passed: <NA> of all but attention checks.
    created: UTC.
    """
    import pandas as pd

    names = [name for name in COLUMNS if name != "kind"]
    columns = {name: pd.Series([getattr(one, name) for one in answers], dtype=object) for name in names}
    frame = pd.DataFrame(columns, columns=names)
    types = {"rt_ms": "float64", "is_check": "bool", "passed": "boolean"}
    frame = frame.astype(types)
    frame["created"] = pd.to_datetime(frame["created"], utc=True, format="ISO8601")
    return frame
