"""The map with its live numbers, and the controls of a run that is going on."""

from typing import Any

import streamlit as st

from explorer.app.elites.map_view import elites_map
from explorer.app.elites.state import View, get_run, pick_cell
from explorer.app.frame.jobs import progress_text
from explorer.app.frame.theme import plain
from explorer.base.errors import ExplorerError
from explorer.features.elites.runs import stop_run
from explorer.features.elites.store import ENDED, existing_run, is_running, read_status
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import Job, cancel, list_jobs, start

PICKED = "elites.picked"


def search_job(workspace: Workspace) -> Job | None:
    """The job that is searching now."""
    found = [job for job in list_jobs(workspace.path) if job.args[:1] == ("elites",)]
    return next((job for job in found if job.state == "running"), None)


def run_panel(workspace: Workspace, encoder: str, view: View) -> None:
    """Map and numbers; they follow the search while it goes on."""
    job = search_job(workspace)
    if job is None:
        _last_failure(workspace)
    st.fragment(_guarded, run_every=2.0 if job else None)(str(workspace.path), encoder, view, bool(job))


def _guarded(path: str, encoder: str, view: View, was_searching: bool) -> None:
    """Errors within a fragment do not reach the frame of the page."""
    try:
        _body(path, encoder, view, was_searching)
    except ExplorerError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _body(path: str, encoder: str, view: View, was_searching: bool) -> None:
    workspace = Workspace.open(path)
    if st.session_state.pop(PICKED, False) or (was_searching and search_job(workspace) is None):
        st.rerun()
    job = search_job(workspace)
    if job:
        _job_line(job)
    if not view.run:
        return
    folder = workspace.path / "elites" / view.run
    if not (folder / "settings.json").is_file():
        if job:
            st.info("Fitting the axes to the data …", icon=":material/tune:")
            return
        existing_run(workspace, view.run)
    _controls(workspace, view, read_status(folder))
    run, stamp = get_run(workspace, view.run, encoder)
    lineage: list[int] = []
    cell = run.shown_cell(view.cell)
    chosen = run.elite(cell) if cell >= 0 else -1
    if chosen >= 0:
        lineage = [run.log.cells[number] for number in run.log.lineage(chosen)]
    elites_map(workspace, run, stamp, _picked, pictures=view.pictures, key="elites.map", lineage=lineage, selected=cell)


def _picked(cell: int) -> None:
    pick_cell(cell)
    st.session_state[PICKED] = True


def _job_line(job: Job) -> None:
    share = min(max(job.done / job.total, 0.0), 1.0) if job.total else 0.0
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.progress(share, text=f"**{plain(job.title)}** · {job.what or 'starting'} · {progress_text(job)}")
        if st.button("Pause", key="elites.pause", icon=":material/pause:", help="Go on later, exactly from there."):
            cancel(job)
            st.toast("Pausing after the current step …")


def _controls(workspace: Workspace, view: View, status: dict[str, Any]) -> None:
    """The numbers of the run; what can be done with one that has not ended."""
    if not status:
        return
    best = "–" if status["best"] is None or status["best"] != status["best"] else f"{status['best']:.3f}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _number(
            "coverage",
            f"{status['coverage']:.1%}",
            f"Filled cells / all cells: {status['filled']:,} of {status['cells']:,}.",
        )
        _number(
            f"QD score (offset {status['offset']:g})",
            f"{status['qd_score']:,.1f}",
            "Sum over the filled cells of quality minus offset. It grows with more cells and with better elites.",
        )
        _number(
            "best quality",
            best,
            "The highest quality of all cells. 0 and 1 are the lowest and the highest of "
            "all items, of a sample of them, or of random scenes; a search can go beyond a sample.",
        )
        _number("evaluations", f"{status['evaluations']:,}", f"Candidates looked at, of {status['total']:,} asked for.")
        _ending(workspace, view, status)
    if status["failed"]:
        st.warning(
            f"{status['failed']:,} candidates could not be evaluated and were skipped. The first: "
            f"{plain(status['failure'] or 'a value is missing')}",
            icon=":material/warning:",
        )


def _number(name: str, value: str, about: str) -> None:
    st.markdown(f":gray[{name}]  \n**{value}**", help=about, width="content")


def _ending(workspace: Workspace, view: View, status: dict[str, Any]) -> None:
    if status["state"] in ENDED:
        st.badge("finished" if status["state"] == "done" else "stopped", icon=":material/check:", color="green")
        return
    busy = is_running(existing_run(workspace, view.run))
    if not busy and search_job(workspace) is None:
        st.badge("paused" if status["state"] == "paused" else "interrupted", icon=":material/pause:", color="orange")
        if st.button("Go on", key="elites.resume", icon=":material/play_arrow:"):
            start(workspace.path, ["elites", "resume", str(workspace.path), view.run], f"Map {view.run}")
            st.rerun()
    if st.button(
        "Stop", key="elites.stop", icon=":material/stop:", help="End this run for good; what it found is kept."
    ):
        stop_run(workspace, view.run)
        st.rerun()


def _last_failure(workspace: Workspace) -> None:
    jobs = [job for job in list_jobs(workspace.path) if job.args[:1] == ("elites",)]
    if jobs and jobs[0].state == "failed":
        st.error(f"**{plain(jobs[0].title)}** failed: {plain(jobs[0].error)}", icon=":material/error:")
