"""Reading a file of judgments, in a worker where such are open."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from explorer.base.arrays import check_choice
from explorer.base.dataset import PATH, Dataset
from explorer.base.errors import InputError
from explorer.features.judgments.exchange import files
from explorer.features.judgments.exchange.event_files import read_events
from explorer.features.judgments.exchange.incoming import Incoming, Naming
from explorer.features.judgments.exchange.matrices import matrices
from explorer.features.judgments.exchange.matrix_files import read_matrix
from explorer.features.judgments.exchange.numbering import (
    NUMBERS,
    Wish,
    choose_naming,
    with_numbering,
)
from explorer.features.judgments.exchange.rows import Layout, Sheet, odd_one_out, triplets
from explorer.features.judgments.exchange.tables import read_rows
from explorer.features.judgments.exchange.votes import asked_in, votes
from explorer.features.judgments.values import Answer
from explorer.io.guard.packets import Packet
from explorer.io.guard.running import run
from explorer.io.natural import natural_order
from explorer.io.readable import readable

EVENTS = "events"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a file of judgments is to be read; see `explorer judgments import --help`.

    numbers: how the file numbers items, of `numbering.NUMBERS`. base: number of the first item, None: left to the file.
    header: whether the first row names the columns, of `tables.HEADERS`.
    items, odd, person: columns, by name or number from 1; odd: "third", "second" or "column:NAME".
    """

    kind: str
    campaign: str = ""
    numbers: str = "auto"
    base: int | None = None
    header: str = "auto"
    items: str = "1,2,3"
    odd: str = "third"
    person: str = ""
    array: str = ""
    similar: bool = False


def read_answers(dataset: Dataset, path: Path, campaign: str, options: Options) -> Incoming:
    """The answers of a file as they are in it; campaign: what they belong to, for files that do not say it.

    Raises InputError naming file and row, LimitError when it takes more memory or time than a file may take.
    """
    check_choice(options.numbers, NUMBERS, "the numbers")
    values = {"path": str(path), "campaign": campaign, "options": asdict(options)}
    ids = json.dumps(_ids(dataset, options)).encode()
    return _of_packet(run(_read, Packet(values, (ids,)), path.name, heavy=True))


def _read(request: Packet) -> Packet:
    values = request.values
    path, options, ids = Path(values["path"]), Options(**values["options"]), json.loads(request.blobs[0])
    with readable(path.name, "a file of judgments"):
        found = _incoming(ids, path, values["campaign"], options)
        answers = json.dumps([vars(answer) for answer in found.answers]).encode()
    lines = json.dumps({"kinds": found.kinds, "settings": found.settings, "people": found.people}).encode()
    return Packet({"scale": found.scale, "remarks": found.remarks}, (answers, found.numbering.encode(), lines))


def _of_packet(packet: Packet) -> Incoming:
    scale, remarks = packet.values["scale"], packet.values["remarks"]
    answers = [_answer(values) for values in json.loads(packet.blobs[0])]
    low_high = (scale[0], scale[1]) if scale else None
    lines = json.loads(packet.blobs[2])
    return Incoming(answers=answers, scale=low_high, remarks=remarks, numbering=packet.blobs[1].decode(), **lines)


def _answer(values: dict[str, Any]) -> Answer:
    """An answer as it was before JSON, which knows no tuples."""
    answer = values["answer"]
    plain = tuple(answer) if values["task"] == "triplet" and isinstance(answer, list) else answer
    return Answer(**{**values, "items": tuple(values["items"]), "answer": plain})


def _ids(dataset: Dataset, options: Options) -> list[str]:
    """All ids, in the order of the data set or, with `files`, of their file names."""
    ids: list[str] = dataset.ids.tolist()
    if options.numbers != "files":
        return ids
    paths = dataset.table.column(PATH).to_pylist()
    return [ids[row] for row in sorted(range(len(ids)), key=lambda row: Path(paths[row]).name)]


def _incoming(ids: Sequence[str], path: Path, name: str, options: Options) -> Incoming:
    if options.kind == EVENTS:
        return read_events(path)
    if options.kind == "matrix":
        ordered = natural_order(ids) if options.numbers == "natural" else ids
        read = read_matrix(path, ordered, options.array)
        naming = Naming(read.ids)
        made = matrices(read.values, naming, name, path.name, similar=options.similar, people=read.people)
        return replace(made, remarks=[*filter(None, [read.remark]), *made.remarks])
    if options.kind == "votes":
        value = files.read_json_file(path)
        cells = asked_in(value)
        naming = choose_naming(ids, cells, Wish(numbers=options.numbers, base=options.base, start=0), path.name)
        return with_numbering(votes(value, naming, name, path.name), naming, cells)
    return _of_table(ids, path, name, options)


def _of_table(ids: Sequence[str], path: Path, name: str, options: Options) -> Incoming:
    table = read_rows(path, frozenset(ids), options.header, options.items)
    sheet = Sheet(table.rows, _layout(options, table.names, path.name), path.name, table.first)
    cells = [[row[column] for column in sheet.layout.items if column < len(row)] for row in table.rows]
    naming = choose_naming(ids, cells, _wish(path, options), path.name)
    read = odd_one_out if options.kind == "odd-one-out" else triplets
    found = with_numbering(read(sheet, naming, name), naming, cells)
    return replace(found, remarks=[*filter(None, [table.remark]), *found.remarks])


def _wish(path: Path, options: Options) -> Wish:
    """A .npy file holds row numbers from 0, as our own export does, unless something else is said."""
    if path.suffix.lower() != ".npy":
        return Wish(numbers=options.numbers, base=options.base)
    return Wish(numbers="rows" if options.numbers == "auto" else options.numbers, base=options.base, start=0)


def _layout(options: Options, names: Sequence[str], file: str) -> Layout:
    columns = tuple(files.column_number(part.strip(), names, file) for part in options.items.split(","))
    if len(columns) != 3:
        raise InputError(f"Expected three columns of items, such as 1,2,3; got {options.items!r}.")
    odd_in, _, column = options.odd.partition(":")
    check_choice(odd_in, ("third", "second", "column"), "The odd one")
    odd = files.column_number(column, names, file) if odd_in == "column" else -1
    person = files.column_number(options.person, names, file) if options.person else None
    return Layout((columns[0], columns[1], columns[2]), odd_in, odd, person)
