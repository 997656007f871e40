"""Layers of one's own networks in a collection, and the layers of two models or networks side by side."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from explorer.features.compare.contract import METHODS, get_measure
from explorer.features.compare.layer_table import layer_scores
from explorer.features.compare.layers import ITEMS, collect_layers
from explorer.features.compare.networks import add_network
from explorer.features.compare.report import structure_words
from explorer.features.compare.structure import Blocks, Correspondence, blocks, correspondence
from explorer.library.activations import NetworkLayers
from explorer.library.collection import Collection

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class ComparedLayers:
    """Every layer of a (rows) against every layer of b (columns).

    values: (r, c) scores by `measure`, NaN where a layer answers the same to all items.
    """

    a: str
    b: str
    measure: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Floats

    @property
    def correspondence(self) -> Correspondence:
        """The best partner of every layer of a."""
        return correspondence(self.values, METHODS[self.measure])

    @property
    def partners(self) -> dict[str, str]:
        """The layer of b that each layer of a is most like."""
        found = self.correspondence.partners
        return {row: self.columns[place] for row, place in zip(self.rows, found, strict=True) if place >= 0}

    @property
    def blocks(self) -> Blocks:
        """Runs of layers that are alike, of a network compared with itself."""
        return blocks(self.values, METHODS[self.measure]) if self.a == self.b else Blocks((), *[float("nan")] * 2)

    def to_pandas(self) -> "pd.DataFrame":
        """The scores, with the names of the layers at both sides."""
        import pandas as pd

        return pd.DataFrame(self.values, index=list(self.rows), columns=list(self.columns))

    def __repr__(self) -> str:
        head = f"{METHODS[self.measure].label}: {len(self.rows)} layers of {self.a} by {len(self.columns)} of {self.b}"
        words = structure_words(self.values, self.rows, self.measure, itself=self.a == self.b)
        return f"{head}. {words}"

    def _repr_html_(self) -> str:
        html: str = self.to_pandas().to_html(float_format="{:.3f}".format, escape=True)
        return html


def add_layers(
    collection: Collection,
    name: str,
    source: str | Path | NetworkLayers,
    *,
    positions: str = "mean",
    progress: Progress | None = None,
) -> str:
    """Keep the layers of a network with a collection, for Compare; returns its spec `layers:<name>`.

    source: what `ex.activations` gave, or a folder (a zip of one, an .npz) with one array a layer and the ids of the
    rows. positions: "mean", or "keep" for stitching position by position. Prints nothing: what did not match is in
    `explorer layers list`. InputError names file and row.
    """
    folder = source.folder if isinstance(source, NetworkLayers) else Path(source).expanduser()
    return add_network(collection.workspace, name, folder, positions=positions, progress=progress).spec


def compare_layers(
    collection: Collection,
    a: str,
    b: str,
    *,
    measure: str = "cka_debiased",
    items: int = ITEMS,
    progress: Progress | None = None,
) -> ComparedLayers:
    """Every layer of `a` against every layer of `b`: specs of models, or of networks (`layers:<name>`).

    measure: a name from `explorer methods compare`. items: at most so many that both have. A model's activations are
    made where they are not there yet. InputError for an unknown measure or fewer than 10 items in common.
    """
    chosen = get_measure(measure).name
    left, right = (collect_layers(collection.workspace, spec, items=items, progress=progress) for spec in (a, b))
    values = layer_scores(left, right, chosen, progress, most=items)
    return ComparedLayers(a=a, b=b, measure=chosen, rows=tuple(left.blocks), columns=tuple(right.blocks), values=values)
