"""Judgments that were collected elsewhere, added to the store of a workspace."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from explorer.base.arrays import check_choice
from explorer.base.dataset import PATH, Dataset
from explorer.base.errors import InputError
from explorer.features.judgments import campaigns
from explorer.features.judgments.exchange import files, matrix_files
from explorer.features.judgments.exchange.incoming import FORMATS, Incoming, Naming
from explorer.features.judgments.exchange.matrices import matrices
from explorer.features.judgments.exchange.rows import Layout, Sheet, odd_one_out, triplets
from explorer.features.judgments.exchange.votes import votes
from explorer.features.judgments.settings import IMPORTED, Settings, check_campaign_name
from explorer.features.judgments.store import Store
from explorer.features.judgments.values import Answer, to_json


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


@dataclass(frozen=True)
class Imported:
    """What an import did. kept: answers in the file; new: those that were not there yet."""

    campaign: str
    kept: int
    new: int
    remarks: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """For the user."""
        known = "" if self.new == self.kept else f" ({self.kept - self.new:,} were there already)"
        return " ".join([f"{self.new:,} answers added to {self.campaign!r}{known}.", *self.remarks])


def import_file(store: Store, dataset: Dataset, path: Path, options: Options) -> Imported:
    """Add the judgments of a file to the store, all or none; InputError names file and row.

    Importing the same file twice adds nothing the second time.
    """
    check_choice(options.kind, FORMATS, "format")
    if options.kind == "events":
        return _import_events(store, dataset, path)
    name = check_campaign_name(options.campaign or path.stem.replace("_", " "))
    incoming = _incoming(_naming(dataset, options), path, name, options)
    if not incoming.answers:
        raise InputError(f"{path.name}: expected at least one answer, got none.")
    _ensure_campaign(store, name, path.name, incoming)
    new = store.add_answers(_with_content(answer) for answer in incoming.answers)
    return Imported(name, len(incoming.answers), new, tuple(incoming.remarks))


def _with_content(answer: Answer) -> Answer:
    """The answer under a trial that tells its content too: another file of the same name is not taken for this one."""
    text = to_json([answer.annotator, list(answer.items), answer.answer])
    return replace(answer, trial=f"{answer.trial}:{blake2b(text.encode(), digest_size=4).hexdigest()}")


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


def _ensure_campaign(store: Store, name: str, source: str, incoming: Incoming) -> None:
    """A campaign that stands for imported answers, so that they are listed and their scale is kept."""
    task = incoming.answers[0].task
    known = {one.name: one for one in campaigns.campaigns(store)}
    if name in known:
        if known[name].settings.task != task:
            raise InputError(
                f"The campaign {name!r} asks for {known[name].settings.task}; this file holds {task}. "
                "Give another name with --campaign."
            )
        return
    scale = incoming.scale or (1.0, 7.0)
    settings = Settings(task=task, sampler=IMPORTED, scale=scale, source=source, resume="block")
    campaigns.create_campaign(store, name, settings, [])
    campaigns.set_open(store, name, False)


def _import_events(store: Store, dataset: Dataset, path: Path) -> Imported:
    known = set(dataset.ids)
    found = files.read_events(path)
    for number, answer in enumerate(found, 1):
        unknown = [item for item in answer.items if item not in known]
        if unknown:
            raise InputError(
                f"{path.name}, answer {number} (trial {answer.trial}): there is no item with the id {unknown[0]!r}."
            )
    by_campaign: dict[str, list[Answer]] = {}
    for answer in found:
        by_campaign.setdefault(answer.campaign, []).append(answer)
    if not found:
        raise InputError(f"{path.name}: expected at least one answer, got none.")
    for name, answers in by_campaign.items():
        _ensure_campaign(store, check_campaign_name(name), path.name, Incoming(answers))
    return Imported(", ".join(by_campaign), len(found), store.add_answers(found))
