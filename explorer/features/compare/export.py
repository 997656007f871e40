"""Two models side by side as a file to send: a page that works alone, and tables of scores as figures."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Doubles, Rows, check_choice
from explorer.base.errors import ExplorerError
from explorer.drawing import scripts
from explorer.drawing.page import page_bytes
from explorer.drawing.paper import INK, KINDS, POINTS, check_width, figure_file, new_figure, paper
from explorer.features import compare
from explorer.features.compare import service
from explorer.features.compare.contract import METHODS
from explorer.features.compare.figures import score_heatmap, two_maps
from explorer.features.compare.movers import Movers
from explorer.io.atomic import atomic_write
from explorer.io.thumbnails import thumbnail
from explorer.search.captions import captions
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import plotly.graph_objects as go

ASSETS = Path(compare.__file__).parent / "assets"
BODY = '<h1 id="title"></h1><p id="about"></p><main id="parts"></main>'
CHANGED, BESIDE, DRAWN, LINES = 12, 8, 800, 60
PICTURE = 128


@dataclass(frozen=True)
class Scores:
    """A table to draw: (r, c) values, names of rows and columns, titles of both, the measure's name."""

    values: Doubles
    rows: list[str]
    columns: list[str]
    axes: tuple[str, str]
    measure: str


def export_comparison(
    opened: Opened, pair: tuple[str, str], destination: Path, *, measure: str = "cka_debiased", items: int = 1_000
) -> None:
    """Write a page (.html) of two models, or the table of their layers' or all models' scores as .svg, .pdf or .png.

    Layers where their activations were collected. InputError for another ending.
    """
    kind = destination.suffix.lower().removeprefix(".")
    check_choice(kind, ("html", *KINDS), f"{destination.name}: the ending of the file")
    made = (
        comparison_page(opened, pair, measure=measure, items=items)
        if kind == "html"
        else scores_figure(tables(opened, pair, measure, items)[-1], kind)
    )
    with atomic_write(destination) as temporary:
        temporary.write_bytes(made)


def tables(opened: Opened, pair: tuple[str, str], measure: str, items: int) -> list[Scores]:
    """The scores of all models, then those of the layers of both where they were collected."""
    a, b = pair
    every = service.matrix(opened, measure, items=items)
    found = [Scores(every.values, list(every.encoders), list(every.encoders), ("", ""), measure)]
    left, right = (service.activations(opened, spec, items) for spec in pair)
    if left is not None and right is not None:
        values = np.asarray(service.layer_matrix(opened, a, b, measure, items), dtype=np.float64)
        found.append(Scores(values, list(left.blocks), list(right.blocks), (f"A: {a}", f"B: {b}"), measure))
    return found


def comparison_page(
    opened: Opened, pair: tuple[str, str], *, measure: str = "cka_debiased", items: int = 1_000
) -> bytes:
    """HTML: the scores, both maps of the items, and the neighbours of the most changed items side by side."""
    from plotly.offline import get_plotlyjs

    found = service.moved_items(opened, *pair, items)
    label = METHODS[measure].label
    figures = [
        (f"{label}: {one.axes[0] or 'all models'}", _heatmap(one)) for one in tables(opened, pair, measure, items)
    ]
    figures.append(("Where the items lie under both", _maps(opened, pair, found.rows, found.movers)))
    title = f"{opened.workspace.name}: {pair[0]} and {pair[1]}"
    kept = f"{found.movers.shared.mean():.0%}"
    about = (
        f"{len(found.rows):,} items. On average {kept} of the nearest neighbours of an item are the same under both "
        f"models. {METHODS[measure].meaning}"
    )
    data = {
        "title": title,
        "about": about,
        "figures": [{"title": words, **figure.to_plotly_json()} for words, figure in figures],
        "names": list(pair),
        "items": _side_by_side(opened, found.rows, found.movers),
    }
    script = f"{get_plotlyjs()}\n{(ASSETS / 'comparison_page.js').read_text('utf-8')}"
    style = scripts.read(scripts.PAGE_STYLE) + (ASSETS / "comparison_page.css").read_text("utf-8")
    return page_bytes(title, style=style, script=script, body=BODY, data=_plain(data))


def scores_figure(scores: Scores, kind: str, width_mm: float = 120.0) -> bytes:
    """The table as "svg", "pdf" or "png": darker is more alike, with numbers where there is room."""
    check_width(width_mm)
    rows, columns = scores.values.shape
    higher = METHODS[scores.measure].higher
    with paper():
        figure = new_figure(width_mm, width_mm * float(np.clip((rows + 2) / (columns + 2), 0.4, 1.3)))
        axes = figure.add_axes((0.26, 0.22, 0.6, 0.7))
        picture = axes.imshow(scores.values, cmap="Blues" if higher else "Blues_r", aspect="auto")
        for axis, names, title in ((axes.yaxis, scores.rows, 0), (axes.xaxis, scores.columns, 1)):
            axis.set_ticks(range(len(names)))
            axis.set_ticklabels(names, color=INK, parse_math=False)
            axis.set_label_text(scores.axes[title], color=INK, parse_math=False)
        axes.set_title(METHODS[scores.measure].label, fontsize=POINTS, color=INK, parse_math=False)
        axes.tick_params(width=0.4, length=2)
        axes.tick_params(axis="x", rotation=40 if columns > 3 else 0)
        if columns <= 14:
            low, high = np.nanmin(scores.values), np.nanmax(scores.values)
            middle = (low + high) / 2
            for (i, j), value in np.ndenumerate(scores.values):
                dark = (value > middle) == higher
                axes.text(j, i, f"{value:.2f}", ha="center", va="center", color="white" if dark else INK)
        else:
            figure.colorbar(picture, ax=axes, label=METHODS[scores.measure].label)
        return figure_file(figure, kind)


def _heatmap(scores: Scores) -> "go.Figure":
    chosen = METHODS[scores.measure]
    return score_heatmap(
        scores.values, scores.rows, scores.columns, chosen.label, axes=scores.axes, higher=chosen.higher
    )


def _maps(opened: Opened, pair: tuple[str, str], rows: Rows, movers: Movers) -> "go.Figure":
    drawn = movers.order[:DRAWN]
    ids = opened.dataset.ids[rows[drawn]]
    return two_maps(
        movers.places[drawn],
        movers.aligned[drawn],
        [str(one) for one in ids],
        movers.shared[drawn],
        names=pair,
        keys=list(range(len(drawn))),
        marked=list(range(min(LINES, len(drawn)))),
    )


def _side_by_side(opened: Opened, rows: Rows, movers: Movers) -> list[dict[str, Any]]:
    """The most changed items, each with its nearest under both models."""
    found = []
    for place in movers.order[:CHANGED].tolist():
        sides = [[_card(opened, int(rows[near])) for near in side.rows[place, :BESIDE]] for side in movers.sides]
        found.append(_card(opened, int(rows[place])) | {"kept": float(movers.shared[place]), "sides": sides})
    return found


def _card(opened: Opened, row: int) -> dict[str, Any]:
    try:
        picture = thumbnail(opened.workspace, row, PICTURE)
    except (ExplorerError, OSError):  # a file that is gone leaves its words
        picture = None
    address = f"data:image/webp;base64,{b64encode(picture).decode()}" if picture else ""
    return {"name": captions(opened, np.array([row]))[0][:120], "picture": address}


def _plain(value: Any) -> Any:
    """The same as plain JSON values."""
    if isinstance(value, dict):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    return None if isinstance(value, float) and not np.isfinite(value) else value
