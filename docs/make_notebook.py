"""Make docs/notebook.ipynb: run its cells in a kernel and keep what they show.

.venv/bin/python docs/make_notebook.py
Needs the demo (`explorer demo scenes`) and what `pip install -e '.[dev]'` brings. What stands in the cells stands here.
"""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).with_name("notebook.ipynb")
WIDGET = "application/vnd.jupyter.widget-view+json"
MOST_BYTES = 1_000_000
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}

CELLS = (
    (
        "markdown",
        """# In a notebook

Collections, search results, maps and comparisons draw themselves. With the extra, maps and galleries can be worked
with: a lasso gives ids in Python, a selection from Python shows on the map. Install it by
`pip install 'similarity-explorer[notebook]'`. It is tested in JupyterLab; VS Code, Colab and marimo show such widgets
too, but are not tested.

On this page, which is only read, maps are still pictures. Open it in JupyterLab and run it to have them live.""",
    ),
    ("code", 'import explorer as ex\n\nws = ex.demo("scenes")\nws'),
    ("markdown", "## Search"),
    ("code", 'found = ws.search("a red star", k=8)\nfound'),
    (
        "markdown",
        """## A map to work with

Choose the lasso (L) and draw around something; the next cell reads what you chose. Where you point, a card shows the
item; a click picks it and marks its nearest neighbours. After a click the wheel zooms. Light and dark follow the
notebook.""",
    ),
    ("code", 'm = ws.map(colour="shape", height=460)\nm'),
    ("code", 'print(len(m.selected_ids), "selected by hand;", "picked:", m.picked or "nothing")'),
    ("markdown", "The other way round: results, or any ids, become the selection."),
    ("code", 'm.select(ws.search("a red star", k=40))\nm.selected[["id", "shape", "colour", "size"]].head(6)'),
    ("code", 'm.selected["shape"].value_counts().head(4)'),
    ("markdown", "Colours and filters change in place, also by values of your own. What does not pass is greyed."),
    ("code", 'm.select().colour_by("size").filter({"shape": ["star", "circle"]})'),
    (
        "markdown",
        """`m.on_select(f)` calls `f` with the ids whenever the selection is another one, `m.on_pick(f)` with the id
that was picked.

## Linked maps

What is selected, picked or pointed at on one map is so on the others. Maps whose points lie at the same places also
move together. They may be of other models, or of another collection with the same ids.""",
    ),
    (
        "code",
        'a = ws.map(colour="colour", height=360)\nb = ws.map(method="pca", colour="size", height=360)\nex.link(a, b)',
    ),
    ("markdown", "## A gallery to click on\n\nHere a click picks the item on the map above."),
    ("code", "gallery = ws.similar(found.ids[0], k=6).gallery()\ngallery.on_pick(m.pick)\ngallery"),
    ("markdown", "## Two models compared"),
    ("code", 'ws.prepare("histogram")\nex.compare(ws, "pocket", "histogram")'),
)


def notebook() -> dict[str, Any]:
    """The notebook without outputs."""
    cells = []
    for number, (kind, text) in enumerate(CELLS):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text}
        cells.append(cell | ({"outputs": [], "execution_count": None} if kind == "code" else {}))
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL, "cells": cells}


def kept(output: dict[str, Any]) -> dict[str, Any]:
    """An output as the page keeps it: a widget needs a kernel, so its picture stays."""
    data = {kind: value for kind, value in output.get("data", {}).items() if kind != WIDGET}
    return {**output, "metadata": {}, "data": data} if data else output


def executed() -> dict[str, Any]:
    """The notebook with what its cells show."""
    from nbclient import NotebookClient

    nbformat: Any = import_module("nbformat")  # its functions have no types
    made = nbformat.from_dict(notebook())
    NotebookClient(made, timeout=600).execute()
    found: dict[str, Any] = json.loads(nbformat.writes(made))
    for cell in found["cells"]:
        if cell["cell_type"] == "code":
            cell["metadata"] = {}
            cell["outputs"] = [kept(one) for one in cell["outputs"] if one.get("name") != "stderr"]
    return found | {"metadata": KERNEL}


def main() -> None:
    """Write the file."""
    text = json.dumps(executed(), ensure_ascii=False, indent=1) + "\n"
    if len(text.encode()) > MOST_BYTES:
        raise SystemExit(f"The notebook takes {len(text.encode()):,} bytes, more than {MOST_BYTES:,}.")
    NOTEBOOK.write_text(text, encoding="utf-8")
    print(f"{NOTEBOOK}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
