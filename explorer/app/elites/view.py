"""What a link to the MAP-Elites page carries, and what one run of the page works on."""

from dataclasses import dataclass, replace
from functools import cached_property

import streamlit as st

from explorer.app.frame.address import Address, Field, choice, expect, text
from explorer.app.frame.foreign import QUOTED, plain
from explorer.base.errors import WorkspaceError
from explorer.features.elites.run_info import RunInfo
from explorer.features.elites.service import OpenRun, infos, open_run
from explorer.features.elites.store import read_info, run_folder, run_names
from explorer.workspace.jobs import Job, list_jobs
from explorer.workspace.opened import Opened

SHOWN = {"pictures": "Pictures", "whole": "Whole pictures", "colours": "Colours"}
WITHOUT_PICTURES = {"pictures": "Texts", "colours": "Colours"}
"""What cells show, as the address says it and as people read it; the second where there are no pictures."""


@dataclass(frozen=True)
class View:
    """run: name, "" for the newest one. cell: chosen one, -1 for the best. show: a key of SHOWN."""

    run: str = ""
    cell: int = -1
    show: str = "pictures"


def _read_cell(value: str) -> int:
    expect(value.isdecimal() and len(value) < 10, "expected the number of a cell")
    return int(value)


ADDRESS = Address(View(), run=text("run"), cell=Field("cell", _read_cell, str), show=choice("show", tuple(SHOWN)))


@dataclass(frozen=True)
class Context:
    """What one run of the page works on: a workspace in one state, the chosen model, the view of the address.

    jobs: searches, the newest first. infos: what the runs of the model were asked to do, by name, the newest first.
    """

    opened: Opened
    encoder: str
    view: View
    jobs: tuple[Job, ...]
    infos: dict[str, RunInfo]

    @property
    def searching(self) -> Job | None:
        """The job that is searching now."""
        return running_job(self.jobs)

    @cached_property
    def info(self) -> RunInfo | None:
        """What the shown run was asked to do, None while it is only about to appear; WorkspaceError when damaged."""
        found = self.infos.get(self.view.run)
        if found or self.view.run not in run_names(self.opened.workspace):
            return found
        return read_info(run_folder(self.opened.workspace, self.view.run))

    def run(self) -> OpenRun:
        """The shown run as it is now; WorkspaceError when it belongs to another model or other items."""
        if self.info:
            self.info.check_same_data(self.opened.embeddings, self.opened.dataset.ids_hash, self.encoder)
        return open_run(self.opened, self.view.run)

    def refused(self) -> str:
        """Why the shown run cannot be, with this model and these items; "" when it can, or is about to appear."""
        try:
            if self.info:
                self.info.check_same_data(self.opened.embeddings, self.opened.dataset.ids_hash, self.encoder)
        except WorkspaceError as error:
            return str(error)
        return ""


def current(opened: Opened, encoder: str) -> tuple[Context, list[str]]:
    """What the address asks for, and sentences about what in it could not be used.

    Where it names no run, the newest one of the model is shown.
    """
    view, problems = ADDRESS.current()
    jobs = search_jobs(opened)
    if view.run and not running_job(jobs) and view.run not in run_names(opened.workspace):
        problems.append(f"There is no map named “{view.run[:QUOTED]}” here.")
        view = replace(view, run="")
    own = {name: info for name, info in infos(opened).items() if info.settings.encoder == encoder}
    return Context(opened, encoder, replace(view, run=view.run or next(iter(own), "")), jobs, own), problems


def search_jobs(opened: Opened) -> tuple[Job, ...]:
    """The searches of a workspace, the newest first."""
    return tuple(job for job in list_jobs(opened.path) if job.args[:1] == ("elites",))


def running_job(jobs: tuple[Job, ...]) -> Job | None:
    """The one that is going on, None when none is."""
    return next((job for job in jobs if job.state == "running"), None)


def pick_run(name: str) -> None:
    """Choose a run, and with it its best cell."""
    ADDRESS.change(run=name, cell=-1)


def show_problems(problems: list[str]) -> None:
    """Say what in the link could not be used."""
    for problem in problems:
        st.warning(plain(problem), icon=":material/link_off:")
