"""A collection as one web page that works from a disk, without the app and without a network."""

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from explorer.base.dataset import ID, TEXT
from explorer.base.progress import Progress, Silent
from explorer.base.version import VERSION
from explorer.drawing import scripts
from explorer.drawing.map.data import map_data
from explorer.drawing.map.encode import encode_mask
from explorer.drawing.map.values import MapHighlight, MapItems, MapPoints
from explorer.drawing.page import page_bytes
from explorer.io.atomic import atomic_write
from explorer.library.sending.choice import Asked, Sent, Stop, colour_name, counted_items
from explorer.library.sending.columns import column_data, cut, packed, text_of
from explorer.library.sending.drawn import sent_colours, sent_labels, sent_points
from explorer.library.sending.neighbours import nearest
from explorer.library.sending.thumbs import BLOCK, KIND, blocks, lengths, pictures
from explorer.search.captions import best_caption

FIRST = 60
MANY, LONG_TEXT, CUT_TEXT = 5_000, 2_000, 300
STEPS = 10_000  # of a similarity


def export_page(sent: Sent, destination: Path, progress: Progress | None = None) -> None:
    """Write the page to `destination`; or nothing."""
    data = sent_page(sent, progress)
    with atomic_write(destination) as temporary:
        temporary.write_bytes(data)


def sent_page(sent: Sent, progress: Progress | None = None) -> bytes:
    """The page in UTF-8."""
    told = progress or Silent()
    data = page_data(sent, told)
    made = pictures(sent, told) if sent.opened.dataset.has_images else []
    if any(made):
        data["pictures"] = {"lengths": text_of(lengths(made)), "block": BLOCK, "kind": KIND}
    map_style = scripts.read(scripts.MAP_STYLE, scripts.SENT_MAP_STYLE)
    return page_bytes(
        data["title"],
        style=scripts.read(scripts.PAGE_STYLE, scripts.SENT_STYLE),
        templates={"map-style": map_style, "gallery-style": scripts.read(scripts.GALLERY_STYLE)},
        data=data,
        script=script(),
        blocks=(b64encode(one).decode("ascii") for one in (blocks(made) if any(made) else ())),
    )


def script() -> str:
    """The map and the gallery of the app, and what ties them together here."""
    gallery = f"const drawGallery = (() => {{\n{scripts.read(*scripts.GALLERY_CORE)}\nreturn drawGallery;\n}})();"
    return f"(() => {{\n{gallery}\n{scripts.read(*scripts.MAP_CORE)}\n{scripts.read(scripts.SENT)}\n}})();"


def page_data(sent: Sent, progress: Progress) -> dict[str, Any]:
    """All that the page shows but the pictures, as JSON values."""
    opened, count = sent.opened, len(sent.rows)
    near = nearest(sent, progress)
    rows, wide = packed(near.rows, count)
    steps = np.round(near.similarities * STEPS).astype("<i2")
    columns, texts = column_data(sent), _texts(sent)
    named_by = best_caption(opened)
    names = [one["name"] for one in columns]
    points = sent_points(sent)
    return {
        "title": opened.workspace.name,
        "about": about(sent),
        "measure": f"Cosine of the vectors by {sent.encoder}, from −1 to 1; it is not a percentage.",
        "count": count,
        "ids": _ids(sent),
        "texts": texts,
        "columns": columns,
        "caption": names.index(named_by) if named_by in names else -1,
        "textNames": named_by == TEXT,
        "first": np.unique(np.linspace(0, count - 1, min(FIRST, count)).astype(int)).tolist(),
        "neighbours": {"k": near.rows.shape[1], "rows": rows, "wide": wide, "similarities": text_of(steps)},
        "map": _map(sent, points),
        "points": b64encode(points.blob.data).decode("ascii") if sent.method else "",
        "colours": [_colour(sent, points, one) for one in sent.colours],
        "colour": sent.colours.index(sent.colour),
        "asked": _asked(sent.asked),
        "start": _stop(sent, sent.start) if sent.start else None,
        "stops": [_stop(sent, one) for one in sent.stops],
        "pictures": None,
    }


def about(sent: Sent) -> list[str]:
    """Sentences on what the page shows."""
    lines = [f"{counted_items(sent)} of “{sent.opened.workspace.name}”, as the model {sent.encoder} sees them."]
    if sent.method:
        found = sent.opened.map(sent.encoder, sent.method)
        measured = f"trustworthiness {np.nanmean(found.trust):.2f}, continuity {np.nanmean(found.continuity):.2f}"
        lines.append(
            f"The map ({sent.method.upper()}) is a flat picture of many dimensions ({measured}; 1 is best). The lists "
            "beside it compare in all dimensions."
        )
    made = f"{datetime.now(UTC):%Y-%m-%d}"
    lines.append(f"Made on {made} with Similarity Explorer {VERSION}. This page connects to nothing.")
    return lines


def _ids(sent: Sent) -> list[str]:
    return [str(one) for one in _taken(sent, ID)]


def _texts(sent: Sent) -> list[str]:
    if not sent.opened.dataset.has_texts:
        return []
    most = LONG_TEXT if len(sent.rows) <= MANY else CUT_TEXT
    return [cut(str(one), most) for one in _taken(sent, TEXT)]


def _taken(sent: Sent, name: str) -> list[Any]:
    values: list[Any] = sent.opened.dataset.table.column(name).take(pa.array(sent.rows, pa.int64())).to_pylist()
    return values


def _map(sent: Sent, points: MapPoints) -> dict[str, Any]:
    drawn = map_data(points, sent_colours(sent, "none"), MapHighlight(), MapItems(item_url="/{row}"))
    kept = {name: drawn[name] for name in ("count", "points")}
    return kept | {"elastic": sent.method == "umap"}


def _colour(sent: Sent, points: MapPoints, colour: str) -> dict[str, Any]:
    colours = sent_colours(sent, colour)
    labels = sent_labels(sent, colour)
    drawn = map_data(points, colours, MapHighlight(), MapItems(item_url="/{row}"), labels=labels)
    codes = b64encode(colours.blob.data).decode("ascii")
    return {"name": colour_name(colour), "value": drawn["colours"], "codes": codes, "labels": drawn["labels"]}


def _stop(sent: Sent, stop: Stop) -> dict[str, Any]:
    place = {int(row): here for here, row in enumerate(sent.rows)}
    dataset = sent.opened.dataset
    picked = place.get(dataset.row_of(stop.picked), -1) if stop.picked else -1
    chosen = np.zeros(len(sent.rows), dtype=bool)
    order = [place[row] for row in map(dataset.row_of, stop.selected) if row in place]
    chosen[order] = True
    known = stop.colour in sent.colours
    return {
        "caption": stop.caption,
        "colour": sent.colours.index(stop.colour) if known and stop.colour is not None else -1,
        "picked": picked,
        "at": stop.at,
        "query": stop.query,
        "selected": encode_mask(chosen, len(chosen), "selected") if stop.selected else None,
        "order": order,
        "asked": _asked(stop.asked),
        "note": stop.note,
    }


def _asked(asked: Asked | None) -> dict[str, Any] | None:
    return {"words": asked.words, "ranked": asked.ranked} if asked else None
