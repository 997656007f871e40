"""Reading a file of judgments, in a worker where such are open."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from explorer.base.arrays import check_choice
from explorer.base.dataset import PATH, Dataset
from explorer.base.errors import InputError
from explorer.features.judgments.exchange import files, matrix_files
from explorer.features.judgments.exchange.incoming import Incoming, Naming
from explorer.features.judgments.exchange.matrices import matrices
from explorer.features.judgments.exchange.rows import Layout, Sheet, odd_one_out, triplets
from explorer.features.judgments.exchange.votes import votes
from explorer.features.judgments.values import Answer
from explorer.io.guard.packets import Packet
from explorer.io.guard.running import run
from explorer.io.readable import readable

EVENTS = "events"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a file of judgments is to be read; see `explorer judgments import --help`.

    base: number of the first item, None when the file holds ids. by_path: numbers follow the order of file names.
    items, odd, person: columns, by name or number from 1; odd: "third", "second" or "column:NAME".
    """

    kind: str
    campaign: str = ""
    base: int | None = None
    by_path: bool = False
    items: str = "1,2,3"
    odd: str = "third"
    person: str = ""
    array: str = ""
    similar: bool = False


def read_answers(dataset: Dataset, path: Path, campaign: str, options: Options) -> Incoming:
    """The answers of a file as they are in it; campaign: what they belong to, for files that do not say it.

    Raises InputError naming file and row, LimitError when it takes more memory or time than a file may take.
    """
    naming = _naming(dataset, options)
    values = {"path": str(path), "campaign": campaign, "base": naming.base, "options": asdict(options)}
    ids = json.dumps(naming.ids).encode()
    return _of_packet(run(_read, Packet(values, (ids,)), path.name, heavy=True))


def _read(request: Packet) -> Packet:
    values = request.values
    path, options = Path(values["path"]), Options(**values["options"])
    naming = Naming(tuple(json.loads(request.blobs[0])), values["base"])
    with readable(path.name, "a file of judgments"):
        events = options.kind == EVENTS
        found = Incoming(files.read_events(path)) if events else _incoming(naming, path, values["campaign"], options)
        answers = json.dumps([asdict(answer) for answer in found.answers]).encode()
    return Packet({"scale": found.scale, "remarks": found.remarks}, (answers,))


def _of_packet(packet: Packet) -> Incoming:
    scale = packet.values["scale"]
    answers = [_answer(values) for values in json.loads(packet.blobs[0])]
    return Incoming(answers, (scale[0], scale[1]) if scale else None, packet.values["remarks"])


def _answer(values: dict[str, Any]) -> Answer:
    """An answer as it was before JSON, which knows no tuples."""
    answer = values["answer"]
    plain = tuple(answer) if values["task"] == "triplet" else answer
    return Answer(**{**values, "items": tuple(values["items"]), "answer": plain})


def _naming(dataset: Dataset, options: Options) -> Naming:
    ids = dataset.ids.tolist()
    if options.by_path:
        paths = dataset.table.column(PATH).to_pylist()
        ids = [ids[row] for row in sorted(range(len(ids)), key=lambda row: Path(paths[row]).name)]
    return Naming(tuple(ids), options.base)


def _incoming(naming: Naming, path: Path, name: str, options: Options) -> Incoming:
    if options.kind == "votes":
        zero = Naming(naming.ids, 0 if options.base is None else options.base)
        return votes(files.read_json_file(path), zero, name, path.name)
    if options.kind == "matrix":
        values = matrix_files.read_matrix(path, naming.ids, options.array)
        return matrices(values, naming, name, path.name, similar=options.similar)
    rows, names, first = files.read_rows(path, frozenset(naming.ids))
    if path.suffix.lower() == ".npy" and naming.base is None:
        naming = Naming(naming.ids, 0)
    read = odd_one_out if options.kind == "odd-one-out" else triplets
    return read(Sheet(rows, _layout(options, names, path.name), path.name, first), naming, name)


def _layout(options: Options, names: Sequence[str], file: str) -> Layout:
    columns = tuple(files.column_number(part.strip(), names, file) for part in options.items.split(","))
    if len(columns) != 3:
        raise InputError(f"Expected three columns of items, such as 1,2,3; got {options.items!r}.")
    odd_in, _, column = options.odd.partition(":")
    check_choice(odd_in, ("third", "second", "column"), "The odd one")
    odd = files.column_number(column, names, file) if odd_in == "column" else -1
    person = files.column_number(options.person, names, file) if options.person else None
    return Layout((columns[0], columns[1], columns[2]), odd_in, odd, person)
