"""The form for a new map: what lies along the axes, what is good, how to search."""

from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.app.elites.state import pick_run
from explorer.app.frame.cache import encoder_state, get_dataset, get_encoder
from explorer.base.errors import ExplorerError
from explorer.features.elites.images import STATISTICS
from explorer.features.elites.many import planned
from explorer.features.elites.settings import (
    BY_SCENES,
    EMITTER_WORDS,
    EMITTERS,
    KINDS,
    SCENE_NUMBERS,
    RunSettings,
    check_settings,
)
from explorer.features.elites.store import SETTINGS, run_folder, run_names
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import start

DEFAULTS = {
    "axis1": ("pair", "a dark picture", "a bright picture", "brightness"),
    "axis2": ("pair", "few objects", "many objects", "edges"),
    "quality": ("prompt", "a beautiful picture", "", "colourfulness"),
}
TITLES = {"axis1": "From left to right", "axis2": "From bottom to top", "quality": "Best in a cell is the highest"}
HELP = {
    "pair": "Similarity to the second text minus similarity to the first.",
    "prompt": "How similar the picture is to a text.",
    "image": "Measured on the pixels, without a model.",
    "column": "A column of the data that holds numbers.",
    "map": "The coordinates of the map on the Explore page.",
    "item": "How similar a picture is to one of the items.",
}
OVER = {"data": "the items of this data set", "scenes": "scenes drawn anew"}


def new_run_dialog(workspace: Workspace, encoder: str) -> None:
    """Open the form over the page."""
    st.dialog("New map", width="large")(new_run_form)(workspace, encoder)


def new_run_form(workspace: Workspace, encoder: str) -> None:
    """Draw the form; its button starts the search as a job."""
    over = (
        st.segmented_control(
            "Search among",
            list(OVER),
            default="data",
            key="elites.form.over",
            format_func=lambda name: OVER[name],
            required=True,
            help="Items: which of your items are the best of each kind. Scenes: pictures that the program "
            "draws and changes step by step, to see what the model makes of things that no data set holds.",
        )
        or "data"
    )
    kinds = _kinds(workspace, encoder, over)
    axes = [_measure(workspace, name, kinds, over) for name in ("axis1", "axis2")]
    quality = _measure(workspace, "quality", kinds, over)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = st.select_slider(
            "Cells along each axis", [5, 8, 10, 12, 15, 20, 25, 30, 40, 50], value=20, key="elites.form.side"
        )
        most = len(get_dataset(workspace)) if over == "data" else 1_000_000
        evaluations = st.number_input(
            "Evaluations",
            10,
            most,
            min(2_000, most),
            100,
            key=f"elites.form.evaluations.{over}",
            width=170,
            help="How many candidates are looked at. Searching a data set by all of its items is exhaustive.",
        )
        emitter = st.selectbox(
            "Way to search",
            EMITTERS[over],
            key=f"elites.form.emitter.{over}",
            format_func=lambda name: EMITTER_WORDS[name],
            help="Where the next candidates come from. The basic algorithm and random sampling are baselines.",
        )
    extra = _advanced(over)
    name = st.text_input("Name", _free_name(workspace), key="elites.form.name", max_chars=80)
    settings = _settings(name, encoder, over, axes, quality, side, int(evaluations), emitter, extra)
    if st.button("Start", key="elites.form.start", type="primary", icon=":material/play_arrow:"):
        try:
            begin(workspace, settings, extra["seeds"], extra["baseline"])
        except ExplorerError as error:
            st.error(str(error), icon=":material/error:")
            return
        st.rerun()


def begin(workspace: Workspace, settings: RunSettings, seeds: int = 1, baseline: bool = False) -> None:
    """Check the settings and start the search as a job. InputError for settings that cannot be."""
    check_settings(settings)
    for one in planned(settings, seeds, baseline):
        if (run_folder(workspace, one.name) / SETTINGS).is_file():
            raise ExplorerError(f"There is a map named {one.name!r} already. Choose another name.")
    start(workspace.path, job_arguments(workspace, settings, seeds, baseline), f"Map {settings.name}")
    pick_run(planned(settings, seeds, baseline)[0].name)


def job_arguments(workspace: Workspace, settings: RunSettings, seeds: int, baseline: bool) -> list[str]:
    """The command that makes these runs."""
    args = ["elites", "run", str(workspace.path), settings.name, f"--quality={settings.quality}"]
    args += [f"--axis={axis}" for axis in settings.axes] + [f"--first={one}" for one in settings.first]
    args += [f"--model={settings.encoder}", f"--over={settings.source}", f"--emitter={settings.emitter}"]
    args += [f"--cells={'x'.join(map(str, settings.cells))}", f"--cvt={settings.cvt}", f"--scale={settings.scale}"]
    args += [f"--evaluations={settings.evaluations}", f"--batch={settings.batch}", f"--seed={settings.seed}"]
    args += [f"--seeds={seeds}", f"--neighbours={settings.neighbours}", f"--far={settings.far}"]
    args += [f"--start={settings.start}", f"--origin={settings.origin}"]
    return [*args, "--baseline"] if baseline else args


def _settings(
    name: str,
    encoder: str,
    over: str,
    axes: list[str],
    quality: str,
    side: int,
    evaluations: int,
    emitter: str,
    extra: dict[str, Any],
) -> RunSettings:
    made = RunSettings(
        name.strip(),
        encoder,
        tuple(axes),
        quality,
        over,
        (side, side),
        evaluations=evaluations,
        emitter=emitter,
        seed=extra["seed"],
        scale=extra["scale"],
    )
    return replace(made, cvt=min(side * side, 2500)) if extra["irregular"] else made


def _advanced(over: str) -> dict[str, Any]:
    with st.expander("More settings"), st.container(horizontal=True, vertical_alignment="bottom"):
        scales = {"quantiles": "equally full steps", "range": "equal steps of the value"}
        scale = st.selectbox(
            "Axes in",
            list(scales),
            index=int(over == "scenes"),
            key=f"elites.form.scale.{over}",
            format_func=lambda kind: scales[kind],
            help="Equally full steps: each column holds equally many items of the data (quantiles). Equal steps: a "
            "straight line between the 1 % and the 99 % quantile, for scenes a quarter wider on both sides.",
        )
        seed = st.number_input("Seed", 0, 1_000_000, 0, key="elites.form.seed", width=120)
        seeds = st.number_input(
            "Runs", 1, 20, 1, key="elites.form.seeds", width=120, help="The same with the next seeds, for intervals."
        )
        baseline = st.checkbox(
            "Baselines as well",
            key="elites.form.baseline",
            help="Also run the basic algorithm and random sampling with the same seeds, to compare.",
        )
        irregular = st.checkbox(
            "Irregular cells",
            key="elites.form.cvt",
            help="As many cells, shaped around evenly spread points (a centroidal Voronoi tessellation).",
        )
    return {"scale": scale, "seed": int(seed), "seeds": int(seeds), "baseline": baseline, "irregular": irregular}


def _kinds(workspace: Workspace, encoder: str, over: str) -> list[str]:
    """What can be measured with this model on these candidates."""
    known = [kind for kind in KINDS if kind != "python" and (over == "data" or kind in BY_SCENES)]
    lacking = set()
    if not reads_texts(workspace, encoder):
        lacking |= {"pair", "prompt"}
    if over == "data" and not get_dataset(workspace).has_images:
        lacking.add("image")
    if over == "data" and not _numeric(workspace):
        lacking.add("column")
    if over == "data" and not list(workspace.folder("maps").glob("*/manifest.json")):
        lacking.add("map")
    return [kind for kind in known if kind not in lacking]


def reads_texts(workspace: Workspace, encoder: str) -> bool:
    """Whether texts and items lie in one space; guessed from the name while the model is still loading."""
    if encoder_state(encoder) == "ready":
        able = get_encoder(encoder).abilities
        return able.joint or (able.texts and not able.images)
    return encoder.partition(":")[0] in ("pocket", "open_clip", "tuned", "sentence")


def _numeric(workspace: Workspace) -> list[str]:
    import pyarrow.types as types

    schema = get_dataset(workspace).table.schema
    attributes = get_dataset(workspace).attributes
    return [n for n in attributes if types.is_floating(schema.field(n).type) or types.is_integer(schema.field(n).type)]


def _measure(workspace: Workspace, name: str, kinds: list[str], over: str) -> str:
    """One axis or the quality: its kind and what belongs to it. Returns the written form."""
    kind, low, high, statistic = DEFAULTS[name]
    key = f"elites.form.{name}"
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    preferred = kind if kind in kinds else "image"
    chosen = left.selectbox(
        TITLES[name],
        kinds,
        index=kinds.index(preferred) if preferred in kinds else 0,
        key=f"{key}.kind.{over}",
        format_func=lambda one: KINDS[one],
        help="\n\n".join(f"**{KINDS[one]}**: {HELP[one]}" for one in kinds),
    )
    if chosen == "pair":
        first, second = right.columns(2)
        value = first.text_input("Low end", low, key=f"{key}.low", max_chars=300)
        other = second.text_input("High end", high or "something ugly", key=f"{key}.high", max_chars=300)
        return f"pair:{value.replace('|', ' ')}|{other}"
    if chosen == "prompt":
        return f"prompt:{right.text_input('Text', low if kind == 'prompt' else high, key=f'{key}.text', max_chars=300)}"
    if chosen == "item":
        return f"item:{right.text_input('Id of the item', _some_id(workspace), key=f'{key}.item')}"
    choices = {
        "image": list(STATISTICS),
        "map": ["x", "y"],
        "column": list(SCENE_NUMBERS) if over == "scenes" else _numeric(workspace),
    }[chosen]
    at = choices.index(statistic) if statistic in choices else int(name == "axis2") % len(choices)
    return f"{chosen}:{right.selectbox('Which', choices, index=at, key=f'{key}.{chosen}.{over}')}"


def _some_id(workspace: Workspace) -> str:
    return str(get_dataset(workspace).ids[0])


def _free_name(workspace: Workspace) -> str:
    taken = set(run_names(workspace))
    return next(f"Map {n}" for n in range(1, len(taken) + 2) if f"Map {n}" not in taken)


def continue_settings(workspace: Workspace, settings: RunSettings, first: Any, cell: int) -> RunSettings:
    """The settings of a run that begins with one elite of another: the same, with the next seed."""
    taken = set(run_names(workspace))
    base = f"{settings.name[:60]} from cell {cell}"
    name = next(n for n in [base, *(f"{base} {k}" for k in range(2, len(taken) + 3))] if n not in taken)
    return replace(
        settings, name=name, first=(str(first),), start=1, seed=settings.seed + 1, origin=f"{settings.name}/{cell}"
    )
