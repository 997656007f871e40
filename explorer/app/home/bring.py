"""Bring data: upload a zip or a table, or name a path below the data root; columns are guessed and can be changed."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import start_job
from explorer.app.home.hub_source import hub_source
from explorer.app.home.starting import bring_in, open_button
from explorer.app.home.upload import UPLOADS, kept_upload
from explorer.app.home.view import ADDRESS
from explorer.base.errors import InputError, LimitError
from explorer.base.settings import below_data_root, check_name, data_root, home, workspaces_root
from explorer.base.versions import file_stamp
from explorer.io.columns import Columns
from explorer.io.hub_origin import hub_name_of
from explorer.io.preview import Preview, preview
from explorer.workspace.folder import Workspace
from explorer.workspace.hub_sets import is_hub_name
from explorer.workspace.jobs import Job, list_jobs
from explorer.workspace.layout import is_workspace
from explorer.workspace.names import free_name, name_for, name_of

NOTHING = "(none)"
CROPS = "--crops"
FLAGS = ("--prepare", CROPS)
"""Options of the command that have no value."""
TYPES = ["zip", "csv", "tsv", "jsonl", "ndjson", "json", "gz", "parquet", "tar", "tgz", "h5ad"]
WAYS = ["Upload a file", "A path on this computer", "Hugging Face hub"]


def bring_data(workspace: Workspace | None, earlier: Job | None = None) -> None:
    """The whole way from a file to a job that imports and prepares it.

    earlier: an import that did not succeed; the form is filled as it was then.
    """
    asked = options_of(earlier.args) if earlier else {}
    if workspace is not None and not earlier:
        _update(workspace)
    source = _same(earlier) if earlier else _any_source()
    if source is None:
        st.caption(
            "A zip or a folder of images (jpg, png, webp, gif, bmp, tiff; subfolders become the attribute “folder”; "
            "a metadata.csv with a column file_name adds more), or a table (CSV, TSV, JSON, Parquet) with texts, "
            "image paths, or both; also a WebDataset tar or an AnnData file, and as a path folders of other tools "
            "(COCO, FiftyOne, Label Studio, CVAT, img2dataset, TensorBoard, Hugging Face)."
        )
        return
    options = [] if is_hub_name(source) else _columns(source, asked)
    _import(source, options, asked.get("name", [""])[0])


def options_of(args: Sequence[str]) -> dict[str, list[str]]:
    """The values of each option in the arguments of `explorer import SOURCE …`, by its name without the dashes."""
    found: dict[str, list[str]] = {CROPS[2:]: []} if CROPS in args else {}
    for name, value in pairwise(args[2:]):
        if name.startswith("--") and name not in FLAGS:
            found.setdefault(name[2:], []).append(value)
    return found


def _any_source() -> Path | None:
    way = st.segmented_control("How", WAYS, default=WAYS[0], key="bring_way", label_visibility="collapsed")
    return (
        hub_source()
        if way == WAYS[2]
        else _path()
        if way == WAYS[1]
        else kept_upload("A zip of images, or a table", TYPES, "bring_file")
    )


def _same(earlier: Job) -> Path | None:
    """The source of an earlier import, or another one."""
    source = Path(earlier.args[1])
    there = is_hub_name(source) or source.exists()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"From **{plain(source.name)}**" + ("" if there else ", which is no longer there"), width="content")
        if st.button("Choose another file", key="bring_other", icon=":material/swap_horiz:"):
            ADDRESS.change(job="", tab="add")
            st.rerun()
    return source if there else None


def _path() -> Path | None:
    root = data_root()
    if root is None:
        st.info(
            "For your safety this server opens no paths, because it was started without a data root. "
            "Start it with `make run DATA=folder`, or `explorer serve --data-root FOLDER`."
        )
        return None
    text = st.text_input(f"Folder or table below {plain(root)}", key="bring_path", placeholder="photos/holiday")
    return below_data_root(text) if text.strip() else None


def _columns(source: Path, asked: dict[str, list[str]]) -> list[str]:
    """Show the guessed columns, or those asked for; return the command's options where they differ from the guess."""
    try:
        seen = _looked_at(str(source), file_stamp(source))
    except LimitError as error:
        st.info(f"{plain(error)} It can be imported without a look at it: its columns are guessed then.")
        return []
    for note in seen.notes:
        st.caption(plain(note))
    return [*(_crops(CROPS[2:] in asked) if seen.boxes else ()), *(_roles(seen, asked) if seen.names else ())]


def _crops(asked: bool) -> list[str]:
    """Ask whether boxes are to be the items."""
    wanted = st.checkbox(
        "Make an item of each labelled box",
        asked,
        key="bring_crops",
        help="Each box that a label file (COCO, FiftyOne, labelme) names is cut out of its picture. Otherwise pictures "
        "are the items, with their labels as columns.",
    )
    return [CROPS] if wanted else []


def _roles(seen: Preview, asked: dict[str, list[str]]) -> list[str]:
    """What the columns are for, to be changed."""
    names, guess = seen.names, seen.guess
    first = _first_choice(guess, asked, names)
    st.markdown(f"**{seen.rows:,} rows, {len(names)} columns.** What each is for is a guess: change it where wrong.")
    image, text, identity = st.columns(3)
    chosen = Columns(
        image=_choose(image, "Image path", names, first.image),
        text=_choose(text, "Text", names, first.text),
        id=_choose(identity, "Id (unique)", names, first.id),
        vectors=_vectors(names, guess.vectors, first.vectors),
    )
    head = pd.DataFrame(dict(enumerate(zip(*seen.head, strict=True)))).set_axis(list(names), axis=1)
    st.dataframe(head, hide_index=True, key="bring_preview", height=215)
    return _options(chosen, guess)


def _first_choice(guess: Columns, asked: dict[str, list[str]], names: Sequence[str]) -> Columns:
    """The guess with what was asked for before, as far as the table still has it."""
    said = {part: values[-1] or None for part, values in asked.items() if part in ("image", "text", "id")}
    known = {part: value for part, value in said.items() if value is None or value in names}
    vectors = tuple(name for name in asked.get("vectors", guess.vectors) if name)
    return replace(guess, vectors=vectors, **known)


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


def _vectors(names: Sequence[str], guess: tuple[str, ...], first: tuple[str, ...]) -> tuple[str, ...]:
    if not guess:
        return ()
    options = list(dict.fromkeys([*guess, *first, *names]))
    return tuple(st.multiselect("Vectors of your own", options, default=list(first), key="bring_vectors"))


@st.cache_resource(max_entries=4, show_spinner="Reading the table …")
def _looked_at(path: str, stamp: str) -> Preview:
    return preview(Path(path))


def _import(source: Path, options: list[str], asked: str) -> None:
    """Name it and start. asked: the name that an earlier try gave it."""
    root = workspaces_root()
    known = name_for(source, root)
    if is_workspace(root / known):
        _known_source(root / known)
    name = st.text_input("Name", asked or free_name(root, name_of(source)), key=f"bring_name_{source.name}").strip()
    problem = _problem(name)
    if problem:
        st.warning(plain(problem))
    if st.button(
        "Import and prepare", type="primary", icon=":material/upload:", key="bring_go", disabled=bool(problem)
    ):
        bring_in(["import", str(source), "--name", name, "--prepare", *options], f"Import {name}", name)


def _problem(name: str) -> str:
    """Why a new workspace cannot be called so, "" when it can."""
    try:
        place = workspaces_root() / check_name(name)
    except InputError as error:
        return str(error)
    if any(job.state == "running" for job in list_jobs(home()) if job.makes == name):
        return f"Data named {name!r} is being brought in just now. Choose another name."
    return f"There is a workspace named {name!r} already. Choose another name." if place.exists() else ""


def _known_source(folder: Path) -> None:
    """Say that this source was imported before; a new import makes a second workspace."""
    before = Workspace.open(folder)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"This was imported before, as **{plain(before.name)}** ({before.manifest.count:,} items).", width="content"
        )
        open_button("Open it", ":material/folder_open:", "open_known", ws=folder.name)
        _update_button(before, "update_known")


def _update(workspace: Workspace) -> None:
    """For a workspace whose source is still there: look for new, changed and vanished items."""
    source = Path(workspace.manifest.source)
    uploaded = source.is_relative_to(home() / UPLOADS)
    if uploaded or not source.is_absolute() or not source.exists():
        return
    with st.container(border=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.markdown(
            f"**{plain(workspace.name)}** comes from {plain(source)}. New and changed files are added; what is no "
            "longer there goes. Nothing else is done again."
        )
        with right:
            _update_button(workspace, "update_source")


def _update_button(workspace: Workspace, key: str) -> None:
    if st.button("Update from source", key=key, icon=":material/sync:"):
        source = hub_name_of(Path(workspace.manifest.source)) or workspace.manifest.source
        arguments = ["import", source, "--name", workspace.path.name, "--prepare"]
        if workspace.path.name != st.query_params.get("ws"):
            st.query_params.from_dict({"ws": workspace.path.name})
        start_job(workspace.path, arguments, f"Update {workspace.name}")
