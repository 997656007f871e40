"""New data that is on its way while another workspace is shown."""

from pathlib import Path

from explorer.app.frame.foreign import plain
from explorer.app.home.starting import open_button
from explorer.base.settings import home
from explorer.workspace.jobs import list_jobs


def others_at_work(shown: Path) -> None:
    """A line for each new workspace that is being made, which leads to its progress."""
    for job in list_jobs(home()):
        if job.state == "running" and job.makes not in ("", shown.name):
            title = f"{plain(job.title)} is running"
            open_button(title, ":material/hourglass_top:", f"open_{job.id}", ws=shown.name, job=job.id)
