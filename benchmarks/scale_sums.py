"""What 100 million items and 10,000 annotators would take, reckoned from measurements of less: nothing of it was run.

python -m benchmarks.scale_sums        puts both tables into docs/scale.md
"""

from dataclasses import dataclass
from math import ceil, log
from pathlib import Path

from benchmarks.growth_table import PAGE, put_between

BEGIN, END = "<!-- sums: made by python -m benchmarks.scale_sums -->", "<!-- end of sums -->"
GB, HOUR = 1e9, 3600.0


@dataclass(frozen=True)
class Given:
    """Something the sums begin with, and where it comes from."""

    what: str
    value: float
    unit: str
    source: str


GIVEN = {
    "items": Given("Items", 100_000_000, "", "the question"),
    "people": Given("Annotators", 10_000, "", "the question"),
    "numbers": Given("Numbers of a vector", 384, "", "as of the embedded models"),
    "graph_b": Given("Graph, with its own copy of the vector", 1_700, "bytes an item", "measured, 100,000 items"),
    "small_b": Given("Compressed vector", 160, "bytes an item", "assumed: 160 numbers of 8 bits"),
    "build_ms": Given("Insertion into a graph of 100,000", 1.4, "ms of a core", "measured, 100,000 items"),
    "embed_ms": Given(
        "Embedding of a picture",
        3.9,
        "ms of a core",
        "measured, `explorer bench embedding`",
    ),
    "query_ms": Given("Query of a graph of 100,000", 2.8, "ms of a core", "measured, 100,000 items"),
    "thumb_b": Given("Picture as it is shown", 8_000, "bytes", "assumed"),
    "row_b": Given("Columns of an item", 200, "bytes", "assumed: an id, a path, a short text, five attributes"),
    "machine_gb": Given("Memory of a machine", 64, "GB", "assumed"),
    "cores": Given("Cores of a machine", 16, "", "assumed"),
    "used": Given("Share of memory and cores that is planned for", 0.6, "", "assumed"),
    "copies": Given("Copies of each shard, so that one may fail", 2, "", "assumed"),
    "queries_s": Given("Queries at the busiest", 500, "a second", "assumed"),
    "at_once": Given("Share of annotators at work at the busiest", 0.3, "", "assumed"),
    "answer_s": Given("An answer every", 5, "s", "assumed"),
    "answer_ms": Given(
        "An answer and the next question", 15, "ms of a core", "assumed; see the load test of annotation"
    ),
    "answer_b": Given("An answer with its indexes", 600, "bytes", "assumed"),
    "hours_day": Given("Work of an annotator", 1, "hours a day", "assumed"),
}


def value(name: str) -> float:
    """One of the givens."""
    return GIVEN[name].value


def slower(items: float) -> float:
    """How much longer a step down a graph is than at 100,000 items: it grows with the logarithm."""
    return log(items) / log(100_000)


def shards(bytes_each: float) -> int:
    """Machines that hold `bytes_each` of every item once."""
    return ceil(value("items") * bytes_each / (value("machine_gb") * GB * value("used")))


def sums() -> dict[str, str]:
    """What follows from the givens, in words, a line each."""
    items, cores = value("items"), value("cores")
    answers = value("people") * value("at_once") / value("answer_s")
    day = value("people") * value("hours_day") * HOUR / value("answer_s")
    build = items * value("build_ms") * slower(items) / 1000 / HOUR
    embed = items * value("embed_ms") / 1000 / HOUR
    graph, small = shards(value("graph_b")), shards(value("small_b"))
    asked = value("queries_s") * value("query_ms") * slower(items / graph) * graph / 1000
    machines = max(graph * int(value("copies")), ceil(asked / cores / value("used")))
    serving = ceil(answers * value("answer_ms") / 1000 / cores / value("used"))
    return {
        "Vectors on disk, half precision": f"{items * value('numbers') * 2 / GB:,.0f} GB",
        "Graph in memory": f"{items * value('graph_b') / GB:,.0f} GB: {graph} shards, {machines} machines with copies",
        "Compressed vectors in memory": f"{items * value('small_b') / GB:,.0f} GB: {small} shard"
        f"{'s' if small > 1 else ''}, {small * int(value('copies'))} machines with copies; the whole vectors on disk",
        "Building the graph": f"{build:,.0f} core-hours, {build / cores / graph:.1f} hours with all shards at once",
        "Embedding": f"{embed:,.0f} core-hours, {embed / cores / 10:.1f} hours on ten machines",
        "Queries at the busiest": f"{asked:,.1f} cores, every query asks every shard",
        "Pictures as they are shown": f"{items * value('thumb_b') / GB:,.0f} GB in an object store",
        "Columns": f"{items * value('row_b') / GB:,.0f} GB in the memory of each server of pages, which is too much: "
        "several collections that share an index, or columns in a database",
        "Answers at the busiest": f"{answers:,.0f} a second, {serving} machine{'s' if serving > 1 else ''} for pages, "
        "one PostgreSQL with a spare",
        "Answers kept": f"{day / 1e6:.1f} million a day, {day * value('answer_b') / GB:.1f} GB a day",
        "A month of search and annotation": f"{(machines + serving + 2) * 730:,.0f} machine-hours",
    }


def tables() -> str:
    """Both tables in Markdown."""
    given = [f"| {one.what} | {one.value:,.10g} {one.unit}".rstrip() + f" | {one.source} |" for one in GIVEN.values()]
    found = [f"| {what} | {much} |" for what, much in sums().items()]
    lines = ["| Given | | From |", "|---|---|---|", *given, "", "| Sum | |", "|---|---|", *found]
    return "\n".join(lines)


def put_sums(page: Path = PAGE) -> None:
    """Put the tables between their marks in the page."""
    put_between(page, BEGIN, END, tables())


if __name__ == "__main__":
    put_sums()
