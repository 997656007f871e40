"""A small collection whose ids and texts try to be markup."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import explorer as ex
from explorer.workspace.embedding import embed
from explorer.workspace.mapping import build_map
from explorer.workspace.opened import Opened

COUNT = 40
ODD_IDS = ['</script><img src="http://x.invalid/a.png">', "<!--", "a/b c/ü&amp;'\".jpg", "$x_{1}$ \u2028"]
ODD_NAME = "<b>name</b> $x^2$"


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Forty pictures in four colours, of which one has gone, with a column of texts and one of numbers."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("EXPLORER_HOME", str(home))
        pictures = home / "pictures"
        pictures.mkdir()
        shades = ("red", "green", "blue", "orange")
        for n in range(COUNT):
            Image.new("RGB", (40 + n, 32), shades[n % 4]).save(pictures / f"{n}.png")
        frame = pd.DataFrame(
            {
                "id": [*ODD_IDS, *(f"item {n}" for n in range(4, COUNT))],
                "image": [str(pictures / f"{n}.png") for n in range(COUNT)],
                "text": [f"{shades[n % 4]} <i>{n}</i>" for n in range(COUNT)],
                "shade": [shades[n % 4] for n in range(COUNT)],
                "kind": [ODD_NAME if n % 2 else None for n in range(COUNT)],
                "size": np.arange(COUNT) / 3,
            }
        )
        made = ex.create(frame, "odd", image="image", text="text", id="id", prepare=False)
        embed(made.workspace, "histogram")
        build_map(made.workspace, "histogram", method="pca")
        (pictures / "7.png").unlink()
        yield made.opened
