"""The chosen cell: its elite, where it came from, what is near it in the data, and a search from there."""

import numpy as np
import streamlit as st

from explorer.app.elites.map_view import picture_template
from explorer.app.elites.starting import begin
from explorer.app.elites.view import Context
from explorer.app.frame.address import kept_parameters
from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.base.dataset import PATH
from explorer.base.errors import ExplorerError
from explorer.encoders.pool import POOL
from explorer.features.elites.payload import picture_key, quality_help
from explorer.features.elites.service import OpenRun, continued, nearest_items
from explorer.features.elites.words import describe
from explorer.workspace.opened import Opened

NEAREST, MOST_ANCESTORS, TEXT_SHOWN, WANTED = 12, 12, 400, "elites.wanted"
PICTURE = "width:100%;max-height:210px;object-fit:contain;border-radius:10px"
TILE = "width:58px;height:58px;object-fit:cover;border-radius:6px"

PARENT = "A candidate's parent is the elite that it was varied from."
PARENT_BY_NEARNESS = (
    "This emitter draws its candidates from a distribution and does not say which elite one was varied from; as a "
    "stand-in, the elite with the most similar genes at that moment is taken for the parent."
)


def cell_panel(context: Context, run: OpenRun) -> None:
    """Draw it; without a choice, the best cell is shown."""
    _leave_for_explore()
    if not len(run.archive.occupied):
        st.info("No cell is filled yet.")
        return
    cell = run.shown_cell(context.view.cell)
    if cell != context.view.cell:
        st.caption("The best of all cells. Click another one.")
    candidate = run.elite(cell)
    st.markdown(f"#### {plain(_sentence(run.name_of(cell)))}")
    if candidate < 0:
        _empty(run, cell)
        return
    left, right = st.columns([1, 1], gap="small")
    with left:
        _picture(context.opened, run, candidate)
    with right:
        _values(run, cell, candidate)
    about = "A new search with the same settings and the next seed that begins with this elite."
    if st.button("Continue from here", key="elites.continue", icon=":material/fork_right:", help=about):
        _continue(context.opened, run, cell)
    _lineage(context.opened, run, candidate)
    _nearest(context.opened, run, candidate)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _empty(run: OpenRun, cell: int) -> None:
    st.info(f"Nothing {plain(run.name_of(cell))}: none of the {len(run.log):,} evaluated candidates lies in this cell.")
    gap = np.linalg.norm(run.centres[run.archive.occupied] - run.centres[cell], axis=1)
    nearest = int(run.archive.occupied[int(gap.argmin())])
    st.caption(f"The nearest filled cell is {plain(run.name_of(nearest))} (cell {nearest}).")


def picture_url(opened: Opened, run: OpenRun, candidate: int) -> str:
    """Address of a candidate's picture, "" for an item without one."""
    row = run.space.row(run.log.genotypes[candidate])
    if row >= 0 and not opened.dataset.table.column(PATH)[row].as_py():
        return ""
    return picture_template(opened, run).replace("{key}", str(picture_key(run, candidate)))


def _picture(opened: Opened, run: OpenRun, candidate: int) -> None:
    address = picture_url(opened, run, candidate)
    if address:
        st.html(f'<img src="{address}" alt="The elite of this cell" style="{PICTURE}">')
    text = run.space.text_of(run.log.genotypes[candidate], run.ws)
    if text:
        st.text(text[:TEXT_SHOWN])
    st.caption(plain(run.title(candidate)))


def _values(run: OpenRun, cell: int, candidate: int) -> None:
    lines, about = [f"quality **{run.archive.quality[cell]:.3f}**"], [plain(quality_help(run))]
    for axis, measure in enumerate(run.settings.measures):
        value = f"{run.log.measures[candidate][axis]:.3g}".replace("-", "−")
        low, high = (plain(end) for end in measure.ends)
        lines.append(f"{low} → {high} **{value}**")
        about.append(f"{plain(measure.formula)}: {run.centres[cell, axis]:.0%} of the way along the axis.")
    st.caption("  \n".join(lines), help="\n\n".join(about))
    became = plain(describe(run.log.status[candidate]))
    st.caption(f"Evaluation {candidate + 1:,} of {len(run.log):,}, {became}; cell {cell}.")


def _continue(opened: Opened, run: OpenRun, cell: int) -> None:
    try:
        begin(opened, continued(run, cell))
    except ExplorerError as error:
        st.error(plain(error))


def _lineage(opened: Opened, run: OpenRun, candidate: int) -> None:
    line = run.log.lineage(candidate)
    if len(line) == 1:
        began = "given to begin with" if run.settings.first else "drawn at random"
        st.markdown(f"**Lineage:** no parents; it was {began} or chosen for an empty cell.")
        return
    parent = PARENT if run.method.parents else PARENT_BY_NEARNESS
    st.markdown(
        f"**Lineage:** {len(line) - 1} step{'s' * (len(line) > 2)} from the first ancestor",
        help=f"From this elite back to where its line began; the line on the map joins their cells. {parent}",
    )
    if not run.method.parents:
        st.caption("This search keeps no parents; each step goes to the elite that was nearest, as a stand-in.")
    tiles = []
    for number in line[:MOST_ANCESTORS]:
        address = picture_url(opened, run, number)
        title = f"evaluation {number + 1}"
        tiles.append(f'<img src="{address}" alt="{title}" title="{title}" style="{TILE}">' if address else title)
    more = f" … {len(line) - MOST_ANCESTORS} more" if len(line) > MOST_ANCESTORS else ""
    st.html(f'<div style="display:flex;gap:6px;flex-wrap:wrap;align-items:center">{" ← ".join(tiles)}{more}</div>')


def _nearest(opened: Opened, run: OpenRun, candidate: int) -> None:
    encoder = run.settings.encoder
    if run.space.drawn and POOL.state(encoder) != "ready":
        st.caption("The nearest items follow when the model is loaded.")
        return
    rows, similarities = nearest_items(opened, encoder, run.space.name, run.log.genotypes[candidate], NEAREST)
    st.markdown(
        "**Nearest items of the data set**",
        help="By cosine similarity of the vectors. Click one to search for items like it on the Explore page.",
    )
    cards = Cards(rows, similarities)
    gallery(opened, cards, "elites.nearest", _item_event, label="Nearest items", card=96, tall=300, fill=True)


def _item_event(action: str, item: str) -> None:
    st.session_state[WANTED] = item


def _leave_for_explore() -> None:
    item = st.session_state.pop(WANTED, None)
    if item is not None:
        st.switch_page("pages/1_Explore.py", query_params={**kept_parameters(), "q": f"item:1:{item}"})
