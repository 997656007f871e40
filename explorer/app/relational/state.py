"""What the page shows, kept in the address: picked item, corner, head, open part, and the analogy."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from explorer.app.frame.page import keep_in_url
from explorer.base.dataset import Dataset
from explorer.features.relational.looks_and_logic import CORNERS
from explorer.features.relational.service import PREFIX, Relations
from explorer.workspace.folder import Workspace

PARTS = {"space": "Looks and logic", "analogy": "Analogies", "own": "Your own captions"}
MOST_PAIRS = 5


@dataclass(frozen=True)
class Context:
    """What one run of the page works on. head: the one whose vectors are shown, "" when none is ready."""

    workspace: Workspace
    dataset: Dataset
    relations: Relations
    head: str

    @property
    def path(self) -> str:
        """Folder of the workspace, for the keys of caches."""
        return str(self.workspace.path)

    @property
    def key(self) -> str:
        """Changes whenever anything of the workspace does."""
        return self.workspace.key

    @property
    def spec(self) -> str:
        """The relational model."""
        return PREFIX + self.head

    def row_of(self, item: str) -> int:
        """Row of the item with this id, -1 when there is none."""
        return int(self.dataset.ids.get_indexer(pd.Index([item], dtype=self.dataset.ids.dtype))[0])


def part() -> str:
    """The open part of the page."""
    asked = st.query_params.get("part", "space")
    return asked if asked in PARTS else "space"


def corner() -> str:
    """The corner whose items are listed."""
    asked = st.query_params.get("corner", "analogous")
    return asked if asked in CORNERS else "analogous"


def item() -> str:
    """Id of the picked item, "" for none."""
    return st.query_params.get("item", "")


def pick(identifier: str) -> None:
    """Make this the picked item."""
    keep_in_url("item", identifier)


def unpick() -> None:
    """Go back to picking."""
    keep_in_url("item", "")


def analogy() -> tuple[list[str], list[str], str]:
    """Ids of the pairs' first and of their second items, in order, and of C; the last second may still be missing."""
    first, second = (st.query_params.get_all(name)[:MOST_PAIRS] for name in ("a", "b"))
    return first, second[: len(first)], st.query_params.get("c", "")


def set_analogy(first: list[str], second: list[str], third: str) -> None:
    """Put these into the address."""
    for name, values in (("a", first), ("b", second), ("c", [third] if third else [])):
        if values:
            st.query_params[name] = values
        elif name in st.query_params:
            del st.query_params[name]
