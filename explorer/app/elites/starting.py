"""A search as a job of its own."""

from explorer.app.elites.view import pick_run
from explorer.app.frame.jobs import start_job
from explorer.base.errors import ExplorerError
from explorer.features.elites.checks import check_settings
from explorer.features.elites.service import RunSettings, has_run, planned
from explorer.workspace.opened import Opened


def begin(opened: Opened, settings: RunSettings, seeds: int = 1, baseline: bool = False) -> None:
    """Check the settings, start the search as a job and show it. InputError for settings that cannot be."""
    check_settings(settings)
    runs = planned(settings, seeds, baseline)
    for one in runs:
        if has_run(opened.workspace, one.name):
            raise ExplorerError(f"There is a map named {one.name!r} already. Choose another name.")
    pick_run(runs[0].name)
    start_job(opened.path, job_arguments(opened, settings, seeds, baseline), f"Map {settings.name}")


def go_on(opened: Opened, name: str) -> None:
    """Go on with a run as a job, and show it."""
    start_job(opened.path, ["elites", "resume", str(opened.path), name], f"Map {name}")


def job_arguments(opened: Opened, settings: RunSettings, seeds: int, baseline: bool) -> list[str]:
    """The command that makes these runs."""
    args = ["elites", "run", str(opened.path), settings.name, f"--quality={settings.quality}"]
    args += [f"--axis={axis}" for axis in settings.axes] + [f"--first={one}" for one in settings.first]
    args += [f"--model={settings.encoder}", f"--over={settings.space}", f"--emitter={settings.emitter}"]
    args += [f"--cells={'x'.join(map(str, settings.cells))}", f"--cvt={settings.cvt}", f"--scale={settings.scale}"]
    args += [f"--evaluations={settings.evaluations}", f"--batch={settings.batch}", f"--seed={settings.seed}"]
    args += [f"--seeds={seeds}", f"--neighbours={settings.neighbours}", f"--far={settings.far}"]
    args += [f"--start={settings.start}", f"--origin={settings.origin}"]
    return [*args, "--baseline"] if baseline else args
