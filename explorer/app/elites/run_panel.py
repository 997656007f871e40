"""The map with its live numbers, and the controls of a run that is going on."""

import streamlit as st

from explorer.app.elites.map_view import elites_map
from explorer.app.elites.starting import go_on
from explorer.app.elites.view import ADDRESS, Context, running_job, search_jobs
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import work_button
from explorer.base.errors import ExplorerError
from explorer.features.elites.service import OpenRun, has_run, stop
from explorer.features.elites.status import Status
from explorer.features.elites.store import existing_run, is_running, read_status
from explorer.workspace.job_words import progress_text
from explorer.workspace.jobs import Job, cancel

PICKED = "elites.picked"


def run_panel(context: Context) -> None:
    """Map and numbers; they follow the search while it goes on."""
    searching = context.searching is not None
    if not searching:
        _last_failure(context)
    st.fragment(_guarded, run_every=2.0 if searching else None)(context)


def _guarded(context: Context) -> None:
    """Errors within a fragment do not reach the frame of the page."""
    try:
        _body(context)
    except ExplorerError as error:
        st.error(plain(error), icon=":material/error:")


def _body(context: Context) -> None:
    opened, view = context.opened, context.view
    job = running_job(search_jobs(opened))
    if st.session_state.pop(PICKED, False) or (context.searching and job is None):
        st.rerun()
    if job:
        _job_line(job)
    if not view.run:
        return
    if job and not has_run(opened.workspace, view.run):
        st.info("Fitting the axes to the data …", icon=":material/tune:")
        return
    folder = existing_run(opened.workspace, view.run)
    _controls(context, read_status(folder), job)
    _map(context, context.run())


def _map(context: Context, run: OpenRun) -> None:
    cell = run.shown_cell(context.view.cell)
    chosen = run.elite(cell) if cell >= 0 else -1
    lineage = [run.log.cells[number] for number in run.log.lineage(chosen)] if chosen >= 0 else []
    show = context.view.show
    elites_map(context.opened, run, _picked, show=show, key="elites.map", lineage=lineage, selected=cell)


def _picked(cell: int) -> None:
    ADDRESS.change(cell=cell)
    st.session_state[PICKED] = True


def _job_line(job: Job) -> None:
    share = min(max(job.done / job.total, 0.0), 1.0) if job.total else 0.0
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.progress(
            share, text=f"**{plain(job.title)}** · {plain(job.what or 'starting')} · {plain(progress_text(job))}"
        )
        if work_button("Pause", key="elites.pause", icon=":material/pause:", help="Go on later, exactly from there."):
            cancel(job)
            st.toast("Pausing after the current step …")


def _controls(context: Context, status: Status | None, job: Job | None) -> None:
    """The numbers of the run in one line; what can be done with one that has not ended."""
    if status is None:
        return
    numbers = _numbers(status)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        line = " · ".join(f"{name} **{value}**" for name, value, _ in numbers)
        about = "\n\n".join(f"**{name}**: {said}" for name, _, said in numbers)
        st.caption(line, help=about, width="content")
        _ending(context, status, job)
    if status.failed:
        st.warning(
            f"{status.failed:,} candidates could not be evaluated and were skipped. The first: "
            f"{plain(status.failure or 'a value is missing')}",
            icon=":material/warning:",
        )


def _numbers(status: Status) -> list[tuple[str, str, str]]:
    """Name, value and explanation of each number of a run."""
    return [
        (
            "coverage",
            f"{status.coverage:.1%}",
            f"Filled cells / all cells: {status.filled:,} of {status.cells:,}.",
        ),
        (
            f"QD score (offset {status.offset:g})",
            f"{status.qd_score:,.1f}",
            "Sum over the filled cells of quality minus offset. It grows with more cells and with better elites.",
        ),
        (
            "best",
            f"{status.best:.3f}" if status.filled else "–",
            "The highest quality of all cells. 0 and 1 are the lowest and the highest of "
            "all items, of a sample of them, or of random scenes; a search can go beyond a sample.",
        ),
        ("evaluations", _evaluations(status), f"Candidates looked at, of {status.total:,} asked for."),
    ]


def _evaluations(status: Status) -> str:
    done = f"{status.evaluations:,}"
    return f"all {done}" if status.state == "done" else f"{done} of {status.total:,}"


def _ending(context: Context, status: Status, job: Job | None) -> None:
    opened, name = context.opened, context.view.run
    if status.ended:
        if status.state != "done":
            st.badge("stopped", icon=":material/stop:", color="gray")
        return
    if job is None and not is_running(existing_run(opened.workspace, name)):
        st.badge("paused" if status.state == "paused" else "interrupted", icon=":material/pause:", color="orange")
        if work_button("Go on", key="elites.resume", icon=":material/play_arrow:"):
            go_on(opened, name)
    if work_button(
        "Stop", key="elites.stop", icon=":material/stop:", help="End this run for good; what it found is kept."
    ):
        stop(opened, name)
        st.rerun()


def _last_failure(context: Context) -> None:
    last = context.jobs[0] if context.jobs else None
    if last and last.state == "failed":
        st.error(f"**{plain(last.title)}** failed: {plain(last.error)}", icon=":material/error:")
