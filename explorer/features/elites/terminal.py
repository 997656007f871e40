"""Lines about runs for the terminal."""

from typing import Any

from explorer.base.errors import ExplorerError
from explorer.features.elites.comparing import COLUMNS, Group
from explorer.features.elites.store import read_info, read_status, run_folder
from explorer.workspace.folder import Workspace


def run_line(ws: Workspace, name: str) -> str:
    """A line about a run, or why it cannot be read."""
    try:
        settings = read_info(run_folder(ws, name)).settings
        status = read_status(run_folder(ws, name))
    except ExplorerError as error:
        return f"{name}: {error}"
    if status is None:
        return f"{name}: nothing evaluated yet"
    failed = f", {status.failed:,} failed ({status.failure})" if status.failed else ""
    return (
        f"{name}: {status.state}, {settings.emitter} over {settings.space}, {status.evaluations:,} of "
        f"{status.total:,} evaluations, {status.filled:,} of {status.cells:,} cells "
        f"({status.coverage:.1%}), QD score {status.qd_score:.2f} (offset {status.offset:g}), best "
        f"{status.best:.3f}{failed}"
    )


def comparison_lines(groups: list[Group], offset: float) -> list[str]:
    """A table of compared runs."""
    lines = [f"{'':<24}{'runs':>5}" + "".join(f"{name.replace('_', ' '):>26}" for name in COLUMNS)]
    for group in groups:
        shown = "".join(f"{with_interval(group.values[name]):>26}" for name in COLUMNS)
        lines.append(f"{group.name[:23]:<24}{len(group.runs):>5}{shown}")
    return [
        *lines,
        f"QD score with offset {offset:g}; mean (95 % t-interval over seeds). Coverage, reliability and "
        "precision against the cells and the best quality that these runs found together.",
    ]


def with_interval(values: tuple[float, float, float]) -> str:
    """Mean and its interval, which is left out for a single run."""
    mean, low, high = values
    return f"{mean:.3f}" if low != low else f"{mean:.3f} ({low:.3f} to {high:.3f})"


def reach_lines(report: dict[str, Any]) -> list[str]:
    """A table of what `explorer elites measure` found."""
    lines = [
        f"Evaluations for {report['goal']:.0%} of the exhaustive QD score (quality scaled to 0 to 1 over the data, "
        f"offset 0), {report['items']:,} items, {report['seeds']} seeds, mean (95 % interval); "
        f"ratio to random sampling, must be at most {report['must_ratio']}:"
    ]
    for row in report["choices"]:
        lines.append(f"{row['axes'][0]} / {row['axes'][1]}, quality “{row['quality']}”:")
        for name, values in row["emitters"].items():
            mean, low, high = values["evaluations"]
            ratio, bottom, top = values["ratio"]
            spread = f"({low:,.0f} to {high:,.0f})  ratio {ratio:.3f} ({bottom:.3f} to {top:.3f})"
            lines.append(f"  {name:<10}{mean:>8,.0f} {spread}")
    return lines
