"""Bring data: upload a zip or a table, or name a path below the data root; columns are guessed and can be changed."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from explorer.app.frame.jobs import running, start_job
from explorer.app.frame.theme import plain
from explorer.base.errors import LimitError
from explorer.base.settings import below_data_root, check_name, data_root, home, workspaces_root
from explorer.base.versions import file_stamp
from explorer.io.atomic import atomic_write
from explorer.io.columns import Columns
from explorer.io.preview import Preview, preview
from explorer.workspace.folder import Workspace
from explorer.workspace.names import name_for

NOTHING = "(none)"
TYPES = ["zip", "csv", "tsv", "jsonl", "ndjson", "json", "gz", "parquet"]
WAYS = ["Upload a file", "A path on this computer"]


def bring_data(workspace: Workspace | None) -> None:
    """The whole way from a file to a job that imports and prepares it."""
    if workspace is not None:
        _update(workspace)
    way = st.segmented_control("How", WAYS, default=WAYS[0], key="bring_way", label_visibility="collapsed")
    source = _path() if way == WAYS[1] else _upload()
    if source is None:
        st.caption(
            "A zip or a folder of images (jpg, png, webp, gif, bmp, tiff; subfolders become the attribute “folder”; "
            "a metadata.csv with a column file_name adds more), or a table (CSV, TSV, JSON, Parquet) with texts, "
            "image paths, or both."
        )
        return
    _import(source, _columns(source))


def _upload() -> Path | None:
    file = st.file_uploader("A zip of images, or a table", type=TYPES, key="bring_file")
    if file is None:
        return None
    path = home() / "uploads" / file.file_id / Path(file.name).name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temporary:
            temporary.write_bytes(file.getbuffer())
    return path


def _path() -> Path | None:
    root = data_root()
    if root is None:
        st.info(
            "For your safety this server opens no paths, because it was started without a data root. "
            "Start it with `make run DATA=folder`, or `explorer serve --data-root FOLDER`."
        )
        return None
    text = st.text_input(f"Folder or table below {root}", key="bring_path", placeholder="photos/holiday")
    return below_data_root(text) if text.strip() else None


def _columns(source: Path) -> list[str]:
    """Show the guessed columns; return the command's options when the user changed any of them."""
    try:
        seen = _looked_at(str(source), file_stamp(source))
    except LimitError as error:
        st.info(f"{plain(str(error))} It can be imported without a look at it: its columns are guessed then.")
        return []
    for note in seen.notes:
        st.caption(plain(note))
    if not seen.names:
        return []
    names, guess = seen.names, seen.guess
    st.markdown(f"**{seen.rows:,} rows, {len(names)} columns.** What each is for is a guess: change it where wrong.")
    image, text, identity = st.columns(3)
    chosen = Columns(
        image=_choose(image, "Image path", names, guess.image),
        text=_choose(text, "Text", names, guess.text),
        id=_choose(identity, "Id (unique)", names, guess.id),
        vectors=_vectors(names, guess.vectors),
    )
    head = pd.DataFrame(dict(enumerate(zip(*seen.head, strict=True)))).set_axis(list(names), axis=1)
    st.dataframe(head, hide_index=True, key="bring_preview", height=215)
    return _options(chosen, guess)


def _options(chosen: Columns, guess: Columns) -> list[str]:
    """The options of the command for the parts that differ from the guess; "" says that there is none."""
    options = []
    for part in ("image", "text", "id"):
        if getattr(chosen, part) != getattr(guess, part):
            options += [f"--{part}", getattr(chosen, part) or ""]
    if chosen.vectors != guess.vectors:
        options += [word for name in chosen.vectors or ("",) for word in ("--vectors", name)]
    return options


def _choose(
    place: "st.delta_generator.DeltaGenerator", label: str, names: Sequence[str], guess: str | None
) -> str | None:
    options = [NOTHING, *names]
    picked = place.selectbox(label, options, index=options.index(guess) if guess else 0, key=f"bring_{label}")
    return None if picked == NOTHING else picked


def _vectors(names: Sequence[str], guess: tuple[str, ...]) -> tuple[str, ...]:
    if not guess:
        return ()
    options = list(dict.fromkeys([*guess, *names]))
    return tuple(st.multiselect("Vectors of your own", options, default=list(guess), key="bring_vectors"))


@st.cache_resource(max_entries=4, show_spinner="Reading the table …")
def _looked_at(path: str, stamp: str) -> Preview:
    return preview(Path(path))


def _import(source: Path, options: list[str]) -> None:
    name = st.text_input("Name", name_for(source, workspaces_root()), key=f"bring_name_{source.name}")
    taken = (workspaces_root() / name).exists()
    if taken:
        st.warning(
            f"There is a workspace named {name!r} already. Choose another name, or open it and update it from there."
        )
    if st.button(
        "Import and prepare", type="primary", icon=":material/upload:", key="bring_go", disabled=taken or not name
    ):
        arguments = ["import", str(source), "--name", check_name(name), "--prepare", *options]
        start_job(home(), arguments, f"Import {name}")


def _update(workspace: Workspace) -> None:
    """For a workspace whose source is still there: look for new, changed and vanished items."""
    source = Path(workspace.manifest.source)
    if not source.is_absolute() or not source.exists():
        return
    with st.container(border=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.markdown(
            f"**{workspace.name}** comes from `{source}`. New and changed files are added; nothing else is done again."
        )
        if right.button("Update from source", key="update_source", disabled=running(workspace)):
            arguments = ["import", str(source), "--name", workspace.path.name, "--prepare"]
            start_job(workspace.path, arguments, f"Update {workspace.name}")
