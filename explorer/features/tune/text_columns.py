"""Texts of a workspace by column, and models made from them."""

from dataclasses import replace
from typing import Any

from explorer.base.dataset import TEXT
from explorer.base.errors import InputError
from explorer.features.tune.service import check_new
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from explorer.workspace.opened import Opened

MADE_FROM = "tune texts"


def text_columns(opened: Opened) -> list[str]:
    """Columns that may hold texts: the items' own text first, then all attributes."""
    own = [TEXT] if opened.dataset.has_texts else []
    return [*own, *opened.dataset.attributes]


def texts_in(opened: Opened, column: str) -> list[str]:
    """(n,) the texts of a column, "" where there is none; InputError that lists the columns for an unknown one."""
    known = text_columns(opened)
    if column not in known:
        raise InputError(f"There is no column {column[:60]!r}. Expected one of: {', '.join(known) or 'none'}.")
    values = opened.dataset.column(column)
    return [str(value) for value in values.where(values.notna(), "").tolist()]


def keep_text_model(opened: Opened, name: str, head: Head, card: dict[str, Any], said: str) -> None:
    """Keep a head as the model `tuned:<name>` of this workspace; one of this name that was made so is replaced."""
    about = {**head.card, **card, "made_from": MADE_FROM, "workspace": opened.name}
    write_head(heads_root() / name, replace(head, card=about), f"# tuned:{name}\n\n{said}\n")


def check_free(opened: Opened, name: str) -> str:
    """Return `name` when a model may have it: a new one, or one that was made from texts of this workspace before."""
    from explorer.heads.head import list_heads, read_head

    if name in list_heads():
        card = read_head(name).card
        if (card.get("made_from"), card.get("workspace")) == (MADE_FROM, opened.name):
            return name
    return check_new(opened, name)
