"""A file of pairs or triples that somebody brings to the page, to learn from."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.home.upload import kept_upload
from explorer.app.tune.view import Context
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.features.tune.lesson import Kind
from explorer.features.tune.sources.registry import FILE, kind_of_file
from explorer.io.text import counted

HELP = (
    "A table with the columns **anchor** (or query, text, a), **positive** (or b) and, for triples, **negative**. A "
    "cell is the id of an item, else a text: where it has a blank in it, or stands below query or text. "
    "`explorer tune head … --from file:PATH` takes the same file."
)
KINDS = ["csv", "tsv", "parquet", "jsonl"]


@dataclass(frozen=True)
class OwnFile:
    """A file that can teach: where it lies, and what it teaches by."""

    path: Path
    kind: Kind

    @property
    def source(self) -> str:
        """As `explorer tune head --from` takes it."""
        return f"{FILE}{self.path}"


def own_file(context: Context) -> OwnFile | None:
    """The field of the upload; None while there is no file, or one that cannot teach, which is said."""
    if not may("run work"):
        return None
    with st.expander("A file of pairs or triples", icon=":material/upload_file:"):
        st.caption(HELP)
        path = kept_upload("Pairs or triples", KINDS, "tune.file")
        if path is None:
            return None
        try:
            kind, rows = kind_of_file(context.opened, context.encoder, path)
        except ExplorerError as error:
            st.error(plain(error), icon=":material/error:")
            return None
        st.caption(plain(f"{path.name}: {counted(rows, kind.removesuffix('s'))}."))
    return OwnFile(path, kind)
