"""Every item of a workspace through an encoder, into embeddings/<encoder>/.

vectors.npy (n, d), present.npy (n,), hashes.npy (n, 16) content hashes, skipped.csv (id, path, reason), manifest.json.
A worker for each core decodes its share of a batch and takes it through the model on that core (`unit_encoding.py`).
None waits for another, and memory is bounded by the shares in work. The workers may be those of a cluster.
"""

import csv
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.dataset import ID, PATH, TEXT
from explorer.base.embeddings import Embeddings
from explorer.base.errors import WorkspaceError
from explorer.base.executor import Cores, Executor
from explorer.base.progress import Progress, Silent, stop_on_terminate
from explorer.encoders import Encoder, canonical, load_encoder
from explorer.encoders.fetching import ensure_here
from explorer.encoders.speed import Speed, note_speed
from explorer.encoders.tuned import TunedEncoder, apply_head
from explorer.io.atomic import clear_disk_errors, write_json
from explorer.io.audit import note
from explorer.io.embedding_store import change_manifest, embedding_manifest
from explorer.io.image_places import ImageFolder, ImagePlace
from explorer.io.spreadsheet import safe_text
from explorer.io.sums import write_sums, wrong_sizes
from explorer.workspace.contents import (
    IMAGE,
    NONE,
    TEXT_ALONE,
    content_keys,
    count_cut,
    cut_text,
    reads_of,
    units_of,
    what_goes_in,
)
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MANIFEST, SKIPPED
from explorer.workspace.partial import KEYS, WORK_FILES, Form, HeadSource, Partial, Source, Unit, find_source
from explorer.workspace.runs import kept_run
from explorer.workspace.unit_encoding import EncodedUnit, UnitTask, UnitWorker, alike

LEAST_UNIT = 16
KEPT = "was not finished. What was done is kept; free some space and start again."
_FORMAT = 1


@dataclass(frozen=True)
class EmbedReport:
    """Counts of items. done: embedded, also by earlier calls that were stopped; reused: unchanged, copied; skipped.

    cut: texts that are longer than the model reads, so that their end does not count.
    """

    done: int
    reused: int
    skipped: int
    cut: int = 0

    def __str__(self) -> str:
        """In words."""
        where = " (explorer info says which and why)" if self.skipped else ""
        cut = f", {cut_text(self.cut)}" if self.cut else ""
        return f"{self.done:,} embedded, {self.reused:,} kept, {self.skipped:,} skipped{where}{cut}"


def embed(
    ws: Workspace,
    spec: str,
    *,
    batch_size: int = 64,
    progress: Progress | None = None,
    encoder: Encoder | None = None,
    executor: Executor | None = None,
    images: ImagePlace | None = None,
) -> EmbedReport:
    """Embed the items of `ws` that are new or changed under `spec`, and replace its embeddings as a whole.

    Items with an image get the image's vector where the encoder reads images; others their text's where it reads texts.
    batch_size: items in work at a time (at least 16 a core and 16 more), shared out over the cores; a kill loses
    at most these, and the next call goes on. Equal batch size and cores give equal bytes, however often it was stopped.
    encoder: an encoder that is loaded already; else a model of the short list is downloaded where it is not here yet.
    executor: who does the work, the cores of this machine if left out; the bytes are the same. images: where workers
    read the images, if not in the folder of the data set.
    Raises InputError when no item can be embedded, Cancelled on SIGTERM or
    when `progress` says so, WorkspaceError when the disk is full or another process writes to the workspace.
    """
    before, progress = set(ws.encoders()), progress or Silent()
    with ws.lock(), stop_on_terminate(), clear_disk_errors(ws.path, KEPT):
        if encoder is None:
            ensure_here(canonical(spec), progress)
        work = _Run(ws, encoder or load_encoder(canonical(spec)), batch_size)
        work.executor, work.images = executor or work.executor, images or work.images
        report = _kept(work, progress)
    for added in set(ws.encoders()) - before:
        note("add the model", f"{added} to {ws.path.name}")
    return report


def _kept(work: "_Run", progress: Progress) -> EmbedReport:
    """Do the work, and keep how it was done where it made anything."""
    with kept_run(work.ws.path, "embed", model=work.encoder.spec, **work.settings) as run:
        report = work.run(progress)
        run.result = str(report) if report.done else ""
        return report


class _Run:
    """One call of `embed`."""

    def __init__(self, ws: Workspace, encoder: Encoder, batch_size: int) -> None:
        self.ws, self.encoder = ws, encoder
        cores = Cores()
        self.executor: Executor = cores
        self.images: ImagePlace = ImageFolder(ws.image_root.resolve(), ws.manifest.linked)
        self.unit = max(LEAST_UNIT, batch_size // (cores.workers + 1))  # whoever does the work
        self.dataset = ws.dataset()
        self.kinds = what_goes_in(self.dataset, encoder)
        self.keys = content_keys(self.dataset, self.kinds)
        self.settings = {**encoder.settings(), "dtype": encoder.storage, "format": _FORMAT}
        self.made_of = {"content": self.dataset.content_hash, "reads": reads_of(encoder)}
        self.final = ws.folder("embeddings", encoder.spec)
        self.folder = self.final.with_name(f".partial-{self.final.name}")
        self.busy: list[float] = []  # seconds in the model, a unit each

    def run(self, progress: Progress) -> EmbedReport:
        unchanged = self._is_current()
        partial = self._open_partial()
        units = units_of(partial.todo, self.kinds, self.unit)
        self._encode_all(partial, units, progress)
        done = len(partial.todo) - len(partial.skipped)
        present = partial.present()
        if unchanged and not done:
            shutil.rmtree(self.folder)
            made = self._finished(self.encoder.spec)
            cut = int(made.get("cut", 0))
            if any(made.get(name) != value for name, value in self.made_of.items()):
                change_manifest(self.final, **self.made_of)
        else:
            cut = count_cut(self.dataset, self.kinds, self.encoder, progress)
            self._write_rest(partial, present, cut)
            partial.finish(self.final)
        return EmbedReport(done, int(present.sum()) - done, int((~present).sum()), cut)

    def _is_current(self) -> bool:
        """True when the finished embeddings were made from exactly these items with exactly these settings."""
        manifest = self._finished(self.encoder.spec)
        if not manifest or not (self.final / KEYS).is_file():
            return False
        if manifest.get("ids_hash") != self.dataset.ids_hash or not self._fits(manifest) or wrong_sizes(self.final):
            return False
        try:
            return np.array_equal(np.load(self.final / KEYS, allow_pickle=False), self.keys)
        except (OSError, EOFError, ValueError):
            return False

    def _open_partial(self) -> Partial:
        """The unfinished embeddings of an earlier call for the same items, or new ones that reuse all there is."""
        made_of = self.keys.tobytes() + f"{self.dataset.ids_hash} {self.unit}".encode()
        key = blake2b(made_of, digest_size=16).hexdigest()
        state = {"key": key, "settings": self.settings}
        found = Partial.state(self.folder)
        if found.get("key") == key and self._fits(found):
            return Partial(self.folder)
        stale = self.final.with_name(f".stale-{self.final.name}")
        if found:
            shutil.rmtree(stale, ignore_errors=True)
            self.folder.rename(stale)
        sources = self._sources(stale)
        partial = Partial.create(
            self.folder, state, keys=self.keys, todo=self._todo(sources), form=self._form(), sources=sources
        )
        shutil.rmtree(stale, ignore_errors=True)
        return partial

    def _fits(self, made: dict[str, Any]) -> bool:
        """True when vectors made with these settings can stand beside new ones; measured values do not matter."""
        return alike(made.get("settings", {}), self.settings)

    def _finished(self, spec: str) -> dict[str, Any]:
        """What the manifest of finished embeddings says; {} when there are none, or it is damaged."""
        try:
            return self.ws.manifest_of("embeddings", spec)
        except WorkspaceError:
            return {}

    def _form(self) -> Form:
        return Form(self.encoder.dim, self.encoder.storage)

    def _sources(self, stale: Path) -> list[Source]:
        """Vectors of unchanged items: in the finished embeddings, and in what an older call left unfinished."""
        settings = [(self.final, self._finished(self.encoder.spec)), (stale, Partial.state(stale))]
        usable = [folder for folder, made in settings if self._fits(made)]
        sources = [find_source(folder, self.keys, self.kinds != NONE, self._form()) for folder in usable]
        return [source for source in (*sources, self._below_head()) if source]

    def _below_head(self) -> Source | None:
        """For a head on another encoder: that encoder's finished vectors, when they were made as they would be now."""
        if not isinstance(self.encoder, TunedEncoder):
            return None
        base, head = self.encoder.base, self.encoder.head
        folder = self.ws.folder("embeddings", base.spec)
        made = self._finished(base.spec)
        if not alike(made.get("settings", {}), {**base.settings(), "dtype": base.storage, "format": _FORMAT}):
            return None
        found = find_source(folder, self.keys, self.kinds != NONE, Form(base.dim, base.storage))

        def through(vectors: NDArray[Any], rows: Rows) -> Floats:
            return apply_head(head, vectors, self.kinds[rows] == TEXT_ALONE)

        return found and HeadSource(found.vectors, found.new, found.old, through)

    def _todo(self, sources: list[Source]) -> Rows:
        """The rows to embed: images in their order, then texts from short to long: then a unit needs little padding."""
        todo = self.kinds != NONE
        for source in sources:
            todo[source.new] = False
        images, texts = (np.flatnonzero(todo & (self.kinds == kind)) for kind in (IMAGE, TEXT_ALONE))
        lengths = [len(text) for text in self.dataset.table[TEXT].take(texts).to_pylist()]
        return np.concatenate([images, texts[np.argsort(lengths, kind="stable")]]).astype(np.int64)

    def _encode_all(self, partial: Partial, units: list[Rows], progress: Progress) -> None:
        """Encode the units that are not finished yet, each committed as soon as it is ready."""
        finished = partial.resume(units)
        done = sum(len(units[number]) for number in finished)
        progress.start(f"Embedding with {self.encoder.spec}", len(partial.todo))
        progress.advance(done)
        before, began_s = done, time.perf_counter()
        worker = UnitWorker(self.encoder.spec, self.settings, self.images, self.encoder)
        with closing(self.executor.each(worker.loaded, self._tasks(units, finished))) as results:
            for number, encoded in results:
                partial.commit(number, self._unit(units[number], encoded))
                done += len(units[number])
                progress.advance(done)
        progress.finish()
        self._note_speed(done - before, time.perf_counter() - began_s)

    def _note_speed(self, items: int, seconds: float) -> None:
        """Keep how fast the model was, on images where it reads images."""
        if not self.encoder.abilities.images or (self.kinds != TEXT_ALONE).all():
            note_speed(self.encoder.spec, Speed(items, seconds, sum(self.busy)))

    def _tasks(self, units: list[Rows], finished: set[int]) -> Iterator[tuple[int, UnitTask]]:
        """The units that are not finished, by their numbers."""
        for number, rows in enumerate(units):
            if number not in finished:
                texts = bool(self.kinds[rows[0]] == TEXT_ALONE)
                column = self.dataset.table[TEXT if texts else PATH]
                yield number, UnitTask(texts, column.take(rows).to_pylist())

    def _unit(self, rows: Rows, encoded: EncodedUnit) -> Unit:
        self.busy.append(encoded.seconds)
        return Unit(rows, encoded.vectors, [(int(rows[place]), reason) for place, reason in encoded.skipped])

    def _write_rest(self, partial: Partial, present: Mask, cut: int) -> None:
        """What lies beside the vectors; the manifest comes last."""
        np.save(partial.folder / "present.npy", present)
        self._write_skipped(partial, present)
        made = Embeddings(partial.vectors, present, self.encoder.spec, self.settings, self.dataset.ids_hash)
        write_json(partial.folder / MANIFEST, embedding_manifest(made) | {"cut": cut, **self.made_of})
        partial.flush()
        write_sums(partial.folder, self.encoder.spec, leave_out=WORK_FILES)

    def _write_skipped(self, partial: Partial, present: Mask) -> None:
        reads = [name for name in ("images", "texts") if getattr(self.encoder.abilities, name)]
        lacks = f"{self.encoder.spec} reads {' and '.join(reads)}; this item has none."
        reasons = {int(row): lacks for row in np.flatnonzero(~present)}
        reasons.update(partial.skipped)
        rows = np.array(sorted(reasons), dtype=np.int64)
        items = self.dataset.table.select([ID, PATH]).take(rows).to_pylist()
        with (partial.folder / SKIPPED).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "path", "reason"])
            lines = ((item[ID], item[PATH], reasons[row]) for row, item in zip(rows, items, strict=True))
            writer.writerows(map(safe_text, line) for line in lines)
