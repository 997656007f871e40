"""Jobs on a page: start, live progress, cancel, and how the last ones ended."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.app.frame.foreign import plain
from explorer.base.permission import may
from explorer.base.settings import home
from explorer.workspace.folder import Workspace
from explorer.workspace.job_words import outcome, progress_text, times
from explorer.workspace.jobs import Job, cancel, jobs_of, list_jobs, start

ICONS = {"done": ":material/check_circle:", "failed": ":material/error:", "cancelled": ":material/cancel:"}
FOR_ORGANISERS = "Only organisers of this server start work."
LAST = 8
FRESH = 600.0  # seconds for which the home page tells what work that has ended brought


class _Look(TypedDict, total=False):
    """How a button looks and what it calls; as Streamlit's own takes it."""

    type: Literal["primary", "secondary", "tertiary"]
    icon: str
    width: int | Literal["stretch", "content"]
    on_click: Callable[..., None]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def work_button(
    label: str,
    *,
    key: str,
    place: DeltaGenerator | None = None,
    disabled: bool = False,
    help: str | None = None,  # noqa: A002
    **look: Unpack[_Look],
) -> bool:
    """A button that starts, pauses or ends long work; whoever may not do that sees that it is for others.

    place: where it stands, else where the page is.
    """
    allowed = may("run work")
    return (place or st).button(
        label, key=key, disabled=disabled or not allowed, help=help if allowed else FOR_ORGANISERS, **look
    )


def start_job(place: Path, args: list[str], title: str) -> None:
    """Start long work as a process of its own and show it."""
    place.mkdir(parents=True, exist_ok=True)
    start(place, args, title)
    st.rerun()


def small_or_job(workspace: Workspace, args: list[str], title: str, *, count: int, most: int) -> bool:
    """True when work on `count` items can be done at once; else draws a button that starts it as a job, and how far
    that is.

    args: of the command; its first word tells the buttons apart. most: items that are done at once.
    """
    if count <= most:
        return True
    if work_button(
        f"{title} among {count:,} items",
        key=f"start.{args[0]}",
        icon=":material/search:",
        disabled=running(workspace),
        help="It runs beside the page, takes from seconds to minutes, and is kept until the items change.",
    ):
        start_job(workspace.path, args, title)
    show_jobs(workspace)
    return False


def running(workspace: Workspace | None) -> bool:
    """Whether any job of this workspace is still running."""
    return any(job.state == "running" for job in _jobs(workspace.path if workspace else None))


def show_jobs(workspace: Workspace | None, *, home_page: bool = False) -> None:
    """Running jobs, refreshed every second while there are any; ended ones folded away.

    home_page: say what the last one brought, when it ended minutes ago; the ended ones have a place of their own there.
    """
    active = running(workspace)
    shown = str(workspace.path) if workspace else ""
    st.fragment(_panel, run_every=1.0 if active else None)(shown, active, home_page)


def finished_jobs(workspace: Workspace | None) -> None:
    """How the last jobs ended, folded away."""
    _finished(_jobs(workspace.path if workspace else None))


def _panel(path: str, was_active: bool, home_page: bool) -> None:
    jobs = _jobs(Path(path) if path else None)
    current = [job for job in jobs if job.state == "running"]
    if was_active and not current:
        st.rerun()
    for job in current:
        show_running(job)
    if jobs and not current:
        _last(jobs[0], news=home_page)
    if not home_page:
        _finished(jobs)


def _finished(jobs: list[Job]) -> None:
    ended = [job for job in jobs if job.state != "running"][:LAST]
    if ended:
        with st.expander("Finished work", expanded=False):
            for job in ended:
                st.markdown(_line(job))


def _last(job: Job, *, news: bool) -> None:
    if job.state == "failed":
        st.error(f"**{plain(job.title)}** failed: {plain(job.error)}", icon=":material/error:")
    elif news and job.state == "done" and job.result and time.time() - (job.ended or 0.0) < FRESH:
        st.success(f"**{plain(job.title)}**: {plain(job.result)}", icon=":material/check_circle:")


def _line(job: Job) -> str:
    words = [plain(job.title), plain(job.state), times(job)]
    told = outcome(job)
    return f"{ICONS[job.state]} {' · '.join(words)}" + (f"  \n:small[{plain(told)}]" if told else "")


def show_running(job: Job, *, titled: bool = True) -> None:
    """How far a job is, and the button that stops it; without its title where that stands above."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        left = st.container(gap="xsmall")
        share = job.done / job.total if job.total else 0.0
        doing = "waiting" if job.waits_for else job.what or "starting"
        title = f"**{plain(job.title)}** · " if titled else ""
        left.markdown(f"{title}{plain(doing)} :gray[:small[{times(job)}]]")
        left.progress(min(max(share, 0.0), 1.0), text=plain(progress_text(job)))
        if may("run work") and st.button(
            "Cancel",
            key=f"cancel_{job.id}",
            width="content",
            help="What is finished is kept; starting again goes on from there.",
        ):
            cancel(job)
            st.toast("Stopping after the current step …")


def _jobs(place: Path | None) -> list[Job]:
    return jobs_of(place) if place else list_jobs(home())
