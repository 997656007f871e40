"""The list of pairs that are decided by keyboard, and the chosen pair beside it, as a component of our own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from explorer.features.match.method import Compared, Reasons, Span

JS = Path(__file__).parent / "js"
SHOWN = 4_000
"""Characters of a text that a pair shows."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the list. key: names it. left, right: what decisions know them by, None where nothing is. l, r: what
    is shown of them, None for nothing; li, ri: addresses of their pictures, "" for none. score: as text; share: its
    place in 0 to 1, None for none. route: words. state: accepted, rejected or "".
    """

    key: str
    left: str | None
    right: str | None
    l: str | None  # noqa: E741
    r: str | None
    score: str = ""
    share: float | None = None
    route: str = ""
    state: str = ""
    li: str = ""
    ri: str = ""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """What the component shows. version: other pairs have another one. head: of the columns. at: key of the chosen row.

    url, ask: where decisions go, and what goes with each. counts: pairs kept as the same and as not the same. last:
    what an undo takes back, "" for nothing. stamp: grows with every decision. empty: said of no rows.
    """

    version: str
    rows: Sequence[Row]
    head: tuple[str, ...]
    at: str
    url: str
    ask: Mapping[str, str]
    may: bool
    counts: tuple[int, int]
    last: str
    stamp: int
    label: str
    empty: str
    nothing: str = "Choose a pair to see what decided it."


@cache
def _component() -> Any:
    css, script = ((JS / f"review.{kind}").read_text("utf-8") for kind in ("css", "js"))
    return st.components.v2.component("explorer_match_review", css=css, js=script)


def review(listed: Listed, pair: Mapping[str, object] | None, key: str, on_pick: Callable[[str], None]) -> None:
    """Draw the list and the pair. `on_pick(key of a row)` is called before the next run when another is chosen."""

    def picked() -> None:
        found = getattr(st.session_state[key], "pick", None)
        if found:
            on_pick(str(found))

    data = {**asdict(listed), "pair": pair}
    _component()(data=data, key=key, on_pick_change=picked)


def pair_values(
    reasons: Reasons, left: Mapping[str, object], right: Mapping[str, object], texts: tuple[str, str]
) -> dict[str, object]:
    """A pair as plain JSON values. left, right: title and image of each. texts: what is compared.

    Where the reasons mark characters of the compared texts, these are marked above, and are not said twice.
    """
    whole = next((one for one in reasons.fields if (one.left, one.right) == texts and texts != ("", "")), None)
    marks = (_spans(whole.left_spans), _spans(whole.right_spans)) if whole else ([], [])
    return {
        "left": {**left, "text": texts[0][:SHOWN], "spans": marks[0]},
        "right": {**right, "text": texts[1][:SHOWN], "spans": marks[1]},
        "fields": [_field(one, whole is not None and (one.left, one.right) == texts) for one in reasons.fields],
        "path": list(reasons.path),
        "notes": list(reasons.notes),
    }


def _field(one: Compared, said: bool) -> dict[str, object]:
    return {
        "name": one.name,
        "left": "" if said else one.left[:SHOWN],
        "right": "" if said else one.right[:SHOWN],
        "left_spans": _spans(one.left_spans),
        "right_spans": _spans(one.right_spans),
        "score": "" if np.isnan(one.score) else f"{one.score:.3f}".replace("-", "−"),
        "bar": scale_bar(one),
    }


def scale_bar(one: Compared) -> tuple[float, float] | None:
    """Where nought and the score lie on the scale of a measure, in 0 to 1; None where there is no score or no scale.

    A scale that does not hold nought begins at its least value.
    """
    width = one.most - one.least
    if not np.isfinite(one.score) or not np.isfinite(width) or width <= 0:
        return None
    zero, value = ((np.clip(at, one.least, one.most) - one.least) / width for at in (0.0, one.score))
    return float(zero), float(value)


def _spans(spans: Sequence[tuple[Span, float]]) -> list[tuple[int, int, float]]:
    """Spans in their order without overlaps; of overlapping ones the first."""
    found: list[tuple[int, int, float]] = []
    for (first, behind), strength in sorted(spans):
        if behind > first >= (found[-1][1] if found else 0):
            found.append((int(first), int(behind), float(np.clip(strength, 0, 1))))
    return found
