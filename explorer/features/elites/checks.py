"""Whether a run can be as its settings ask, before anything is looked at."""

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.base.settings import NAME
from explorer.features.elites.archive import check_cells
from explorer.features.elites.contract import SPACES, methods_of
from explorer.features.elites.measures import Measure
from explorer.features.elites.scales import SCALES
from explorer.features.elites.settings import RunSettings

MOST_EVALUATIONS, MOST_BATCH = 10_000_000, 4_096
LIMITS: tuple[tuple[str, int, int], ...] = (
    ("evaluations", 1, MOST_EVALUATIONS),
    ("batch", 1, MOST_BATCH),
    ("neighbours", 1, 1000),
    ("far", 0, 1),
    ("start", 1, MOST_EVALUATIONS),
    ("seed", 0, 2**31),
)


def check_settings(settings: RunSettings) -> RunSettings:
    """Return the settings; InputError names the first that cannot be."""
    if not NAME.fullmatch(settings.name) or ".." in settings.name:
        raise InputError(f"Name of the run: expected 1 to 80 letters, digits, spaces or dashes; got {settings.name!r}.")
    check_choice(settings.space, SPACES, "search over")
    check_choice(settings.emitter, methods_of(settings.space), f"emitter over {settings.space}")
    check_choice(settings.scale, SCALES, "scale")
    _check_axes(settings)
    _check_numbers(settings)
    for measure in (*settings.measures, settings.goal):
        _check_measure(measure, settings)
    return settings


def _check_axes(settings: RunSettings) -> None:
    if len(settings.axes) not in (1, 2):
        raise InputError(f"Axes: expected one or two, got {len(settings.axes)}.")
    if len(set(settings.axes)) < len(settings.axes):
        raise InputError("Axes: expected two different measures, got the same one twice.")
    if settings.cvt:
        check_cells([settings.cvt])
    elif len(settings.cells) != len(settings.axes):
        raise InputError(f"Resolution: expected {len(settings.axes)} numbers, got {len(settings.cells)}.")
    else:
        check_cells(settings.cells)


def _check_numbers(settings: RunSettings) -> None:
    for name, low, high in LIMITS:
        value = getattr(settings, name)
        if not low <= value <= high:
            raise InputError(f"{name.capitalize()}: expected {low:,} to {high:,}, got {value:,}.")


def _check_measure(measure: Measure, settings: RunSettings) -> None:
    if measure.kind == "python" and str(measure) != settings.quality:
        raise InputError("A function of your own can be the quality, not an axis. Choose another measure for the axis.")
    SPACES[settings.space].check(measure)
