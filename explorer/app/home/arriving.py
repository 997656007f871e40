"""New data on its way: its progress in place of the page, the data itself when it is there, the form when it failed."""

from collections.abc import Sequence

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import show_running
from explorer.app.home.bring import bring_data
from explorer.app.home.starting import bring_in, open_button
from explorer.app.home.view import ADDRESS
from explorer.base.settings import home, workspaces_root
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import Job, list_jobs
from explorer.workspace.layout import is_workspace


def arriving(job_id: str, workspace: Workspace | None) -> bool:
    """Show the work `job_id` that makes a workspace; False when the page can be shown as usual.

    When the workspace is there and the work has ended, the address becomes that of the workspace.
    """
    job = find_job(list_jobs(home()), job_id)
    made = job is not None and is_workspace(workspaces_root() / job.makes)
    if job is None or (job.state == "done" and not made):
        ADDRESS.change(job="")
        return False
    if job.state == "running":
        st.title(plain(job.title), anchor=False)
        st.fragment(_progress, run_every=1.0)(job_id)
    elif made:
        st.query_params.from_dict({"ws": job.makes})
        st.rerun()
    else:
        _again(job, workspace)
    return True


def find_job(jobs: Sequence[Job], job_id: str) -> Job | None:
    """The job that makes a workspace and has this id."""
    return next((job for job in jobs if job.id == job_id and job.makes), None)


def _progress(job_id: str) -> None:
    job = find_job(list_jobs(home()), job_id)
    if job is None or job.state != "running":
        st.rerun()
        return
    show_running(job, titled=False)
    st.caption("The new data opens here when it is ready. You can close this page or look at other data meanwhile.")
    if is_workspace(workspaces_root() / job.makes):
        open_button("Have a look already", ":material/visibility:", "arriving.look", ws=job.makes)


def _again(job: Job, workspace: Workspace | None) -> None:
    """What went wrong, and what was filled in, to be changed and tried again."""
    st.title(plain(job.title), anchor=False)
    if job.state == "cancelled":
        st.info("It was cancelled; nothing was made.", icon=":material/cancel:")
    else:
        st.error(f"It failed: {plain(job.error)}", icon=":material/error:")
        if job.args[0] == "import":
            st.caption("Change what is filled in below and try again, or choose another file.")
    if job.args[0] == "import":
        bring_data(workspace, job)
    elif st.button("Try again", type="primary", icon=":material/refresh:", key="arriving.again"):
        bring_in(list(job.args), job.title, job.makes)
    if st.button("Back to the home page", icon=":material/arrow_back:", type="tertiary", key="arriving.back"):
        ADDRESS.change(job="")
        st.rerun()
