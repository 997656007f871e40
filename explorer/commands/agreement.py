"""What `explorer eval` does for models against people."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.progress import Terminal
from explorer.commands.source_tree import RESULTS, recipe

if TYPE_CHECKING:
    from PIL import Image

    from explorer.base.arrays import Floats

evaluate = typer.Typer()
"""Commands of `explorer eval`."""


@evaluate.command("human")
def eval_human_command(
    data: Annotated[Path, typer.Option(help="Folder with things/, materials/, objects92/, or some of them.")],
    model: Annotated[list[str] | None, typer.Option("--model", "-m", help="Models that read images.")] = None,
    teacher: Annotated[Path | None, typer.Option(help="Folder of MobileNet v2, measured as well.")] = None,
    result: Annotated[Path, typer.Option(help="JSON that is written.")] = RESULTS / "human.json",
) -> None:
    """Published judgments of people, through the import: models, heads and active sampling measured on them."""
    from explorer.features.judgments.evaluate import measure_human
    from explorer.io.atomic import write_json

    teachers = {"MobileNet v2 features": _features(teacher)} if teacher else {}
    report = measure_human(data, model or ["pocket", "histogram"], teachers, Terminal())
    write_json(result, report)
    typer.echo(json.dumps(report, indent=1))


def _features(folder: Path) -> "Callable[[Sequence[Image.Image]], Floats]":
    """What gives the teacher's (n, d) features of n images."""
    import numpy as np

    model = recipe("pocket.teacher").Teacher(folder)
    return lambda images: np.stack([model.features(image) for image in images])
