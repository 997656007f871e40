"""A collection of images and texts: search it, look at its map, ask what is alike under a condition."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.features.conditional.chosen import Chosen, choose
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.learning import head_name, to_be_learned
from explorer.features.conditional.service import condition_named, neighbours
from explorer.features.conditional.train_workspace import train_aspect
from explorer.features.elites.service import asked, open_run, run
from explorer.features.judgments.service import judgments
from explorer.features.label.service import DEFAULT
from explorer.features.tune.service import Wish, tune_and_prepare
from explorer.features.tune.train import TuneSettings
from explorer.io.export import export_rows
from explorer.library.bunch import bunch_of
from explorer.library.by_words import by_words
from explorer.library.labels import Labels
from explorer.library.maps import CollectionMap
from explorer.library.notebook.cards import collection_card
from explorer.library.results import COSINE, Results, no_parts
from explorer.library.sending.choice import choose as choose_sent
from explorer.library.sending.files import KINDS as SENT_KINDS
from explorer.library.sending.files import export_sent, most_items
from explorer.library.sending.files import kind_of as kind_of_file
from explorer.library.tables import Elites
from explorer.search.cleaning import copies, duplicates, outliers
from explorer.search.find import filter_mask, find
from explorer.search.hybrid import by_named
from explorer.search.named import named
from explorer.search.query import QueryPart, kind_of
from explorer.search.triples import triples_table
from explorer.search.where import Where, filters_of
from explorer.workspace.exporting import export_format
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.pictures import keep_picture, picture_bytes
from explorer.workspace.preparing import choose_encoder, prepare, prepare_all
from explorer.workspace.tags import WithTags

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.utils import Bunch

Words = str | Sequence[str]
Shown = str | Path | bytes | Image.Image
NO_CONDITION = Condition("text", "anything")
CORRECTED, EVENED = ", items that are near any text later", ", items that are near many others later"
LONELINESS = "1 − cosine to the tenth nearest neighbour"


class Collection:
    """A workspace, as a script or notebook uses it; make one with `explorer.open` or `explorer.create`.

    Every call sees the workspace as it is now on disk; what is in memory is shared with all others of this process.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def opened(self) -> Opened:
        """The workspace in its present state."""
        return open_shared(self.path)

    @property
    def workspace(self) -> Workspace:
        """The folder of the workspace."""
        return self.opened.workspace

    @property
    def name(self) -> str:
        """The name that people see."""
        return self.opened.workspace.name

    @property
    def models(self) -> tuple[str, ...]:
        """Specs of the models that have vectors, the oldest first."""
        return self.opened.encoders

    @property
    def items(self) -> "pd.DataFrame":
        """All items with their columns, and one of their tags when any item has one."""
        return self.opened.tagged.take(np.arange(len(self), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.opened.dataset)

    def __repr__(self) -> str:
        return f"<Collection {self.name!r}: {len(self):,} items, models: {', '.join(self.models) or 'none yet'}>"

    def _repr_html_(self) -> str:
        return collection_card(self.opened)

    def prepare(self, model: str = "", *, progress: Progress | None = None) -> "Collection":
        """Embed, index and map for a model, or for all that are there; what is done already is not done again."""
        workspace, told = self.workspace, progress or Silent()
        if model:
            prepare(workspace, choose_encoder(workspace, model), progress=told)
        else:
            prepare_all(workspace, told)
        return self

    def labels(self, name: str = DEFAULT, *, labeller: str = "me") -> Labels:
        """A set of labels of the items, to give, to learn from and to accept; there need be none yet."""
        return Labels(self.opened, name, labeller)

    def tune(
        self,
        source: str,
        *,
        name: str,
        loss: str = "",
        head: str = "residual",
        hold: str = "",
        model: str = "",
        again: bool = False,
        progress: Progress | None = None,
    ) -> str:
        """Train a head on a model's vectors and prepare the collection with it; the new model, "tuned:<name>".

        source: what teaches, such as "column:label", "captions" or "file:pairs.csv". loss, head, hold: as the guide's
        chapter on tuning lists them; "" for what fits. again: replace one of this name that was tuned here.
        """
        settings = TuneSettings(loss=loss, head=head)
        wish = Wish(name=name, source=source, hold=hold, settings=settings, again=again)
        tune_and_prepare(self.opened, self.opened.best_encoder(model), wish, progress)
        return f"tuned:{name}"

    def search(
        self,
        text: Words = (),
        *,
        image: Shown | Sequence[Shown] = (),
        item: Words = (),
        minus: Words = (),
        where: Where | None = None,
        k: int = 10,
        model: str = "",
        by: str = "dense",
    ) -> Results:
        """The k items nearest to the sum of texts, pictures and items, less what is in `minus`.

        image: file, bytes or PIL picture. item: ids. where: conditions on attributes, see `filters_of`.
        by: "dense" by the vectors, "keywords" by the words in the items' texts, "both" by the two lists fused
        (`parts` are then what each adds). Without any text, picture or item, InputError. InputError also when the model
        reads no texts, or `by` needs words or texts and there are none.
        """
        opened = self.opened
        parts = (
            *(QueryPart("text", one) for one in _words(text)),
            *(QueryPart("image", self._kept(one)) for one in _pictures(image)),
            *(QueryPart("item", one) for one in _words(item)),
            *(QueryPart("text", one, -1.0) for one in _words(minus)),
        )
        if not any(part.weight > 0 for part in parts):
            raise InputError("Expected something to search for: a text, image= or item=.")
        if (chosen := by_named(by)) != "dense":
            return by_words(opened, parts, where, _count(k), model=model, by=chosen)
        spec = opened.best_encoder(model)
        found = find(opened, spec, parts, filters_of(opened.tagged, where), _count(k))
        return Results(
            opened=opened,
            rows=found.rows,
            scores=found.similarities,
            measure=COSINE + CORRECTED * found.corrected + EVENED * found.evened,
            parts=found.parts,
            labels=found.labels,
            clear=found.clear,
            names=tuple(one.sentence for one in named(opened, parts)),
            note=opened.recall_words(spec, kind_of(parts)),
        )

    def similar(
        self,
        item: str,
        *,
        under: str = "",
        to: str = "",
        strength: float = 1.0,
        k: int = 10,
        method: str = "",
        model: str = "",
        train: bool = False,
    ) -> Results:
        """The k items most like an item, itself apart: in all respects, or under a condition.

        under: a column, a named aspect such as "colour", or free words. to: the value that is wanted instead, for "like
        it, but blue". strength: from 0, without the condition, to 1, the condition alone. method: a name from
        `explorer methods conditional`; when left out, the one that was measured best on the column, else the first that
        suits the condition; `note` of the results says which and why. train: first learn the aspect of the column,
        unless that was done. InputError when there is no such item or the condition cannot be asked of the model.
        """
        opened = self.opened
        spec, row = opened.best_encoder(model), int(opened.dataset.rows_of([item])[0])
        wanted = condition_named(opened, under) if under else NO_CONDITION
        if train and to_be_learned(opened, spec, wanted):
            train_aspect(opened.workspace, spec, wanted.name, head_name(opened, spec, "aspect", wanted.name))
        condition = replace(wanted, change=True, value=to) if to else wanted
        given = Chosen(condition=condition, method=method if under else "image")
        chosen = choose(opened, spec, condition) if under and not method else given
        found = neighbours(
            opened,
            spec,
            row=row,
            condition=chosen.condition,
            method=chosen.method,
            head=chosen.head,
            strength=strength if under else 0.0,
            count=_count(k),
        )
        shares = np.column_stack([(1 - strength) * found.item, strength * found.condition])
        return Results(
            opened=opened,
            rows=found.rows,
            scores=found.scores,
            measure=f"{1 - strength:g} × cosine with the item + {strength:g} × fit to “{wanted}”" if under else COSINE,
            parts=shares.astype(np.float32) if under else no_parts(len(found.rows)),
            labels=("item", "condition") if under else (),
            note=f"Compared by: {METHODS[chosen.method].label}. {chosen.why}".strip() if under else "",
        )

    def triples(self) -> "pd.DataFrame":
        """Training triples that were collected or mined: query, positive and negative with their texts, a row each."""
        frame: pd.DataFrame = triples_table(self.opened).to_pandas()
        return frame

    def judgments(self, campaign: str = "", task: str = "", *, raw: bool = False) -> "pd.DataFrame":
        """People's answers that count, one a row in the order they were given; of one campaign or task if it is named.

        raw: also the answers that the rules of their campaign leave out, with the reason in `left_out`.
        """
        return judgments(self.opened, campaign, task, raw=raw)

    def elites(
        self,
        name: str,
        axes: Sequence[str] = (),
        quality: str = "",
        *,
        model: str = "",
        progress: Progress | None = None,
        **settings: Any,
    ) -> Elites:
        """The MAP-Elites run of this name; with `axes` and `quality` it is made first.

        axes: one or two written measures, such as "pair:dark|bright" or "column:year"; quality: one, such as
        "prompt:a red star". settings: other fields of a run's settings, such as evaluations=1000, cells=(10, 10),
        seed=1, emitter="guided" (names from `explorer methods elites`). WorkspaceError when a new run's name is taken.
        """
        opened = self.opened
        if not axes:
            return Elites(open_run(opened, name))
        return Elites(run(opened, asked(opened, name, axes, quality, encoder=model, **settings), progress))

    def duplicates(
        self, threshold: float | None = None, *, model: str = "", progress: Progress | None = None
    ) -> list[Results]:
        """Groups of copies, of which every two agree at least this much, the largest group first.

        threshold: above 0, at most 1; proposed from the data when left out. Pictures agree by the gradients that they
        share when one is laid over the other, mirrored where that fits better: 0 is chance, 1 the same picture. Texts
        and vectors agree by the cosine of their vectors. A group's score is that of its weakest pair, for every item.
        """
        opened = self.opened
        spec = opened.best_encoder(model)
        groups = duplicates(opened, spec, threshold, progress)
        what = "agreement" if copies(opened, spec).measure == "pictures" else "cosine"
        measure = f"{what} of the weakest pair of the group"
        return [
            Results(
                opened=opened,
                rows=group.rows,
                scores=np.full(len(group.rows), group.similarity, dtype=np.float32),
                measure=measure,
                parts=no_parts(len(group.rows)),
            )
            for group in groups
        ]

    def outliers(
        self, k: int = 10, *, where: Where | None = None, model: str = "", progress: Progress | None = None
    ) -> Results:
        """The k items that are least like any other; each is compared with all others.

        Of more than 50,000 items the first hundred are: no other is lonelier. Further ones may be less lonely than is
        said, since some of their neighbours may have been missed.
        """
        opened = self.opened
        rows, scores = outliers(opened, opened.best_encoder(model), progress)
        filters = filters_of(opened.tagged, where)
        if filters:
            passing = filter_mask(opened, filters)[rows]
            rows, scores = rows[passing], scores[passing]
        chosen = slice(0, _count(k))
        return Results(
            opened=opened,
            rows=rows[chosen],
            scores=scores[chosen],
            measure=LONELINESS,
            parts=no_parts(len(rows[chosen])),
        )

    def map(
        self,
        model: str = "",
        method: str = "",
        *,
        colour: "str | Iterable[Any]" = "",
        where: Where | None = None,
        height: int = 520,
    ) -> CollectionMap:
        """The map by a model; the best method there is when none is named. In a notebook it draws itself.

        colour: see `CollectionMap.colour_by`. where: what does not pass is greyed. height: in pixels.
        InputError when there is no map.
        """
        opened = self.opened
        spec = opened.best_encoder(model)
        methods = opened.map_methods(spec)
        chosen = method or (methods or ("",))[0]
        if chosen not in methods:
            known = ", ".join(methods) or f"none; make one with prepare({spec!r})"
            raise InputError(f"There is no map {chosen!r} by {spec}. Maps there are: {known}.")
        return CollectionMap(opened, spec, chosen, colour=colour, where=where, height=height)

    def export(self, destination: str | Path, *, where: Where | None = None, format: str = "") -> Path:
        """Write the items to a .csv, .parquet, .jsonl or .zip (with the images), and return its path.

        A path that ends in .html becomes a page with map, pictures, search and neighbours that works without the app
        and a network; .svg, .pdf and .png become a figure of the map.
        format: of another tool, such as "hf" or "coco" (docs/formats.md); tags and all vectors go along.
        """
        opened, path = self.opened, Path(destination).expanduser()
        filters = filters_of(opened.tagged, where)
        rows = np.flatnonzero(filter_mask(opened, filters)) if filters else np.arange(len(self), dtype=np.int64)
        if format:
            export_format(opened.workspace, rows, format, path)
        elif kind_of_file(path) in SENT_KINDS:
            export_sent(choose_sent(opened, rows=rows, most=most_items(path)), path)
        else:
            export_rows(WithTags(opened.workspace), rows, path)
        return path

    def to_bunch(self, target: str = "", *, model: str = "") -> "Bunch":
        """All items as a bunch of scikit-learn, which `explorer.create` takes again.

        data: the vectors of `model`, (n, d), NaN where an item has none. target: codes of a column, by `target_names`.
        frame: the columns. Beside these ids, texts, filenames, tags, and the vectors of all models.
        """
        return bunch_of(self.workspace, target, model)

    def _kept(self, picture: Shown) -> str:
        return keep_picture(self.workspace, picture_bytes(picture))


def _words(given: Words) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _pictures(given: Shown | Sequence[Shown]) -> tuple[Shown, ...]:
    return (given,) if isinstance(given, str | Path | bytes | Image.Image) else tuple(given)


def _count(k: int) -> int:
    if k < 1:
        raise InputError(f"k: expected at least 1, got {k}.")
    return k
