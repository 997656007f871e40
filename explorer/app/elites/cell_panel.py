"""The chosen cell: its elite, where it came from, what is near it in the data, and a search from there."""

from urllib.parse import quote

import numpy as np
import streamlit as st

from explorer.app.elites.new_run import begin, continue_settings
from explorer.app.frame.cache import encoder_state, get_dataset, get_embeddings, get_encoder, get_index
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.frame.theme import plain
from explorer.base.arrays import Floats
from explorer.base.errors import ExplorerError
from explorer.base.half import widen
from explorer.features.elites.over_scenes import RIBS, describe
from explorer.features.elites.payload import quality_help
from explorer.features.elites.view import OpenRun
from explorer.features.elites.words import write_scene
from explorer.scenes import Scene, render
from explorer.workspace.folder import Workspace

NEAREST, MOST_ANCESTORS, WANTED = 12, 12, "elites.wanted"
PICTURE = "width:100%;max-height:280px;object-fit:contain;border-radius:10px"

PARENT = "A candidate's parent is the elite that it was varied from."
PARENT_BY_NEARNESS = (
    "This emitter draws its candidates from a distribution and does not say which elite one was varied from; as a "
    "stand-in, the elite with the most similar genes at that moment is taken for the parent."
)
TILE = "width:58px;height:58px;object-fit:cover;border-radius:6px"


def cell_panel(workspace: Workspace, run: OpenRun, cell: int) -> None:
    """Draw it; without a choice, the best cell is shown."""
    _leave_for_explore()
    if not len(run.archive.occupied):
        st.info("No cell is filled yet.")
        return
    if not 0 <= cell < run.archive.cells:
        cell = run.shown_cell(cell)
        st.caption("The best cell of all. Click a cell of the map to see another.")
    candidate = run.elite(cell)
    st.markdown(f"#### {plain(_sentence(run.name_of(cell)))}")
    if candidate < 0:
        _empty(run, cell)
        return
    left, right = st.columns([1, 1], gap="small")
    with left:
        _picture(workspace, run, candidate)
    with right:
        _values(run, cell, candidate)
    about = "A new search with the same settings and the next seed that begins with this elite."
    if st.button("Continue from here", key="elites.continue", icon=":material/fork_right:", help=about):
        _continue(workspace, run, cell, candidate)
    _lineage(workspace, run, candidate)
    _nearest(workspace, run, candidate)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _empty(run: OpenRun, cell: int) -> None:
    st.info(f"Nothing {plain(run.name_of(cell))}: none of the {len(run.log):,} evaluated candidates lies in this cell.")
    gap = np.linalg.norm(run.centres[run.archive.occupied] - run.centres[cell], axis=1)
    nearest = int(run.archive.occupied[int(gap.argmin())])
    st.caption(f"The nearest filled cell is {plain(run.name_of(nearest))} (cell {nearest}).")


def picture_url(workspace: Workspace, run: OpenRun, candidate: int) -> str:
    """Address of a candidate's picture, "" for an item without one."""
    name = quote(workspace.path.name)
    if run.settings.source == "scenes":
        return f"/elites/{name}/{quote(run.folder.name, safe='')}/{candidate}?v={quote(run.info.created)}"
    row = run.log.genotypes[candidate]
    if not workspace.dataset().table.column("path")[row].as_py():
        return ""
    return f"/thumbs/{name}/{row}?size=256&v={quote(workspace.key)}"


def _picture(workspace: Workspace, run: OpenRun, candidate: int) -> None:
    address = picture_url(workspace, run, candidate)
    if address:
        st.html(f'<img src="{address}" alt="The elite of this cell" style="{PICTURE}">')
    genotype = run.log.genotypes[candidate]
    if not isinstance(genotype, Scene):
        text = str(workspace.dataset().table.column("text")[genotype].as_py())
        if text:
            st.text(text[:400])
    st.caption(plain(run.title(candidate)))


def _values(run: OpenRun, cell: int, candidate: int) -> None:
    rows = [(plain(run.settings.goal.label), f"{run.archive.quality[cell]:.3f}", "quality")]
    for axis, measure in enumerate(run.settings.measures):
        value = f"{run.log.measures[candidate][axis]:.3g}"
        rows.append((plain(measure.label), value, f"{run.centres[cell, axis]:.0%} of the way"))
    st.markdown(
        "  \n".join(f"**{value}** {note}  \n:gray[{label}]" for label, value, note in rows), help=quality_help(run)
    )
    became = describe(run.log.status[candidate])
    st.caption(f"Evaluation {candidate + 1:,} of {len(run.log):,}, {became}; cell {cell}.")


def _continue(workspace: Workspace, run: OpenRun, cell: int, candidate: int) -> None:
    genotype = run.log.genotypes[candidate]
    first = write_scene(genotype) if isinstance(genotype, Scene) else run.title(candidate)
    try:
        begin(workspace, continue_settings(workspace, run.settings, first, cell))
    except ExplorerError as error:
        st.error(str(error))
        return
    st.rerun()


def _lineage(workspace: Workspace, run: OpenRun, candidate: int) -> None:
    line = run.log.lineage(candidate)
    if len(line) == 1:
        began = "given to begin with" if run.settings.first else "drawn at random"
        st.markdown(f"**Lineage:** no parents; it was {began} or chosen for an empty cell.")
        return
    parent = PARENT_BY_NEARNESS if run.settings.emitter in RIBS else PARENT
    st.markdown(
        f"**Lineage:** {len(line) - 1} step{'s' * (len(line) > 2)} from the first ancestor",
        help=f"From this elite back to where its line began; the line on the map joins their cells. {parent}",
    )
    if run.settings.emitter in RIBS:
        st.caption("This search keeps no parents; each step goes to the elite that was nearest, as a stand-in.")
    tiles = []
    for number in line[:MOST_ANCESTORS]:
        address = picture_url(workspace, run, number)
        title = f"evaluation {number + 1}"
        tiles.append(f'<img src="{address}" alt="{title}" title="{title}" style="{TILE}">' if address else title)
    more = f" … {len(line) - MOST_ANCESTORS} more" if len(line) > MOST_ANCESTORS else ""
    st.html(f'<div style="display:flex;gap:6px;flex-wrap:wrap;align-items:center">{" ← ".join(tiles)}{more}</div>')


def _nearest(workspace: Workspace, run: OpenRun, candidate: int) -> None:
    genotype = run.log.genotypes[candidate]
    encoder = run.settings.encoder
    if isinstance(genotype, Scene) and encoder_state(encoder) != "ready":
        st.caption("The nearest items follow when the model is loaded.")
        return
    vector = _vector(workspace, run, candidate)
    own = -1 if isinstance(genotype, Scene) else int(genotype)
    found, values = get_index(workspace, encoder).query(vector[None], NEAREST + 1).of(0)
    keep = np.flatnonzero(found != own)[:NEAREST]
    st.markdown(
        "**Nearest items of the data set**",
        help="By cosine similarity of the vectors. Click one to search for items like it on the Explore page.",
    )
    cards = Cards(found[keep], values[keep])
    gallery(
        workspace,
        get_dataset(workspace),
        cards,
        "elites.nearest",
        _item_event,
        label="Nearest items",
        card=96,
        tall=330,
    )


def _vector(workspace: Workspace, run: OpenRun, candidate: int) -> Floats:
    genotype = run.log.genotypes[candidate]
    if isinstance(genotype, Scene):
        drawn: Floats = get_encoder(run.settings.encoder).encode_images([render(genotype)])[0]
        return drawn
    vector: Floats = widen(get_embeddings(workspace, run.settings.encoder).vectors[[genotype]])[0]
    return vector


def _item_event(action: str, item: str) -> None:
    st.session_state[WANTED] = item


def _leave_for_explore() -> None:
    item = st.session_state.pop(WANTED, None)
    if item is not None:
        kept = {name: st.query_params[name] for name in ("ws", "model") if name in st.query_params}
        st.switch_page("pages/1_Explore.py", query_params={**kept, "q": f"item:1:{item}"})
