"""Jobs on the home page: start, live progress, cancel, and how the last ones ended."""

from pathlib import Path

import streamlit as st

from explorer.app.frame.theme import plain
from explorer.base.settings import home
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import Job, cancel, list_jobs, start

ICONS = {"done": ":material/check_circle:", "failed": ":material/error:", "cancelled": ":material/cancel:"}
LAST = 5


def start_job(place: Path, args: list[str], title: str) -> None:
    """Start long work as a process of its own and show it."""
    place.mkdir(parents=True, exist_ok=True)
    start(place, args, title)
    st.rerun()


def running(workspace: Workspace | None) -> bool:
    """Whether any job shown here is still running."""
    return any(job.state == "running" for job in _jobs(workspace.path if workspace else None))


def show_jobs(workspace: Workspace | None) -> None:
    """Running jobs, refreshed every second while there are any; ended ones folded away."""
    active = running(workspace)
    st.fragment(_panel, run_every=1.0 if active else None)(str(workspace.path) if workspace else "", active)


def _panel(path: str, was_active: bool) -> None:
    jobs = _jobs(Path(path) if path else None)
    current = [job for job in jobs if job.state == "running"]
    if was_active and not current:
        st.rerun()
    for job in current:
        _running(job)
    ended = [job for job in jobs if job.state != "running"][:LAST]
    if ended and ended[0].state == "failed" and not current:
        st.error(f"**{plain(ended[0].title)}** failed: {plain(ended[0].error)}", icon=":material/error:")
    if ended:
        with st.expander("Finished work", expanded=False):
            for job in ended:
                ending = f"{job.state}: {plain(job.error)}" if job.error else job.state
                st.markdown(f"{ICONS[job.state]} {plain(job.title)} · {ending}")


def _running(job: Job) -> None:
    with st.container(border=True):
        left, right = st.columns([6, 1], vertical_alignment="center")
        share = job.done / job.total if job.total else 0.0
        left.markdown(f"**{plain(job.title)}** · {plain(job.what or 'starting')}")
        left.progress(min(max(share, 0.0), 1.0), text=progress_text(job))
        if right.button(
            "Cancel", key=f"cancel_{job.id}", help="What is finished is kept; starting again goes on from there."
        ):
            cancel(job)
            st.toast("Stopping after the current step …")


def progress_text(job: Job) -> str:
    """How far a job is, such as "1,200 of 2,000 · 210 a second · 4 s left"."""
    if not job.total:
        return "Getting ready …"
    parts = [f"{job.done:,} of {job.total:,}"]
    if job.rate:
        parts.append(f"{job.rate:,.0f} a second" if job.rate >= 1 else f"{60 * job.rate:,.0f} a minute")
    if job.eta_s is not None:
        parts.append(time_left(job.eta_s))
    return " · ".join(parts)


def time_left(seconds: float) -> str:
    """A duration in words: "8 s left", "3 min left", "2 h 5 min left"."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s left"
    minutes = round(seconds / 60)
    return f"{minutes} min left" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min left"


def _jobs(place: Path | None) -> list[Job]:
    found = list_jobs(home())
    return found + (list_jobs(place) if place else [])
