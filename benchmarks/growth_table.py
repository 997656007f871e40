"""The results of the growth suite as a table of docs/scale.md, and which limits they miss."""

from collections.abc import Iterator
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale.md"
BEGIN, END = "<!-- growth: made by explorer bench growth -->", "<!-- end of growth -->"
LIMITS = {"peak_mb": 12_288, "page_p95_ms": 500, "job_s": 180, "more_s": 20, "above_n_log_n": 0.1}
"""Memory of any step; a page; duplicates and outliers; items that come later; how far an exponent may lie
above that of n log n."""
PAGES = ("first page", "text query", "filter", "lasso")
JOBS, MORE = ("duplicates", "outliers"), "more items"
FROM = 10_000  # below, a command's start is most of its time
Sizes = dict[int, dict[str, Any]]


def sizes_of(results: dict[str, Any]) -> Sizes:
    """The steps of each size, pages among them."""
    found = {}
    for size, told in results["sizes"].items():
        steps = dict(told["steps"])
        pages = steps.pop("pages", {})
        found[int(size)] = steps | {name: pages[name] for name in PAGES if name in pages}
        if pages:
            found[int(size)]["all pages"] = {name: pages[name] for name in ("wall_s", "cpu_s", "peak_mb")}
    return found


def work_of(step: dict[str, Any]) -> float:
    """What grows: processor seconds of a command, processor milliseconds of a page."""
    return float(step.get("cpu_ms", step.get("cpu_s", 0.0)))


def exponents(sizes: Sizes, name: str) -> dict[tuple[int, int], float]:
    """Growth of a step's work between each size and the next: 1 in proportion to the items, 2 with their square.

    Not between two sizes at which the step goes another way, such as a graph where everything was compared before.
    """
    there = [size for size in sorted(sizes) if name in sizes[size] and size >= FROM]
    alike = [(a, b) for a, b in pairwise(there) if sizes[a][name].get("way") == sizes[b][name].get("way")]
    return {(a, b): log(work_of(sizes[b][name]) / work_of(sizes[a][name])) / log(b / a) for a, b in alike}


def n_log_n(small: int, large: int) -> float:
    """The exponent that n log n has between two sizes."""
    return 1 + log(log(large) / log(small)) / log(large / small)


def missed(results: dict[str, Any]) -> list[str]:
    """A sentence for each limit that is missed."""
    sizes = sizes_of(results)
    found = [told for size in sizes for told in _missed_at(size, sizes[size])]
    for name in {name: None for steps in sizes.values() for name in steps}:
        if name in ("embed", "all pages"):
            continue
        for (small, large), exponent in exponents(sizes, name).items():
            if exponent > n_log_n(small, large) + LIMITS["above_n_log_n"]:
                found.append(f"{name}: grows with the power {exponent:.2f} from {small:,} to {large:,} items.")
    return found


def _missed_at(size: int, steps: dict[str, Any]) -> Iterator[str]:
    for name, step in steps.items():
        if step.get("peak_mb", 0) > LIMITS["peak_mb"]:
            yield f"{name}: {step['peak_mb']:,} MB at {size:,} items."
        if step.get("p95_ms", 0) > LIMITS["page_p95_ms"]:
            yield f"{name}: {step['p95_ms']:,.0f} ms at the 95th percentile at {size:,} items."
        if name in JOBS and step["wall_s"] > LIMITS["job_s"] or name == MORE and step["wall_s"] > LIMITS["more_s"]:
            yield f"{name}: {step['wall_s']:,.0f} s at {size:,} items."


def table(results: dict[str, Any]) -> str:
    """The table in Markdown: a row a step, a column a size, the last exponent at the end."""
    sizes = sizes_of(results)
    names = {name: None for size in sizes for name in sizes[size]}
    head = ["Step", *(f"{size:,}" for size in sizes), "Exponent"]
    rows = [head, ["---"] * len(head)]
    for name in names:
        cells = [_cell(name, sizes[size].get(name)) for size in sizes]
        rows.append([name.capitalize(), *cells, _exponent(sizes, name)])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(name: str, step: dict[str, Any] | None) -> str:
    if step is None:
        return "not run"
    if "p95_ms" in step:
        return f"{step['p50_ms']:,.0f} ms, p95 {step['p95_ms']:,.0f} ms"
    if name == "embed":
        return f"{step['part'] / step['wall_s']:,.0f} a second; all: {_hours(step['whole_h'])}"
    return f"{_time(step['wall_s'])}, {_time(step['cpu_s'])} of processor, {step['peak_mb'] / 1000:,.1f} GB"


def _exponent(sizes: Sizes, name: str) -> str:
    found = exponents(sizes, name)
    return f"{list(found.values())[-1]:.2f}" if found and name not in ("embed", "all pages") else ""


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds:,.0f} s"


def _hours(hours: float) -> str:
    minutes = hours * 60
    return f"{minutes * 60:.0f} s" if minutes < 2 else f"{minutes:.0f} min" if hours < 2 else f"{hours:.1f} h"


def put_table(results: dict[str, Any], page: Path = PAGE) -> None:
    """Put the table between its marks in the page."""
    put_between(page, BEGIN, END, table(results))


def put_between(page: Path, begin: str, end: str, text: str) -> None:
    """Put `text` in the place of what stands between two marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
