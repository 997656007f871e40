"""The models of the short list as the hub has them: run with `pytest -m external` where there is a network."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from explorer.encoders import load_encoder
from explorer.encoders.fetching import fetch
from explorer.encoders.hub import is_here, list_files
from explorer.encoders.recommended import RECOMMENDED, Recommended

FROM_HUB = [one for one in RECOMMENDED if not one.built_in]
COLOURS = ("red", "green", "blue", "yellow")


@pytest.mark.external
@pytest.mark.parametrize("one", FROM_HUB, ids=lambda one: one.name)
def test_the_hub_states_this_size_and_licence(one: Recommended) -> None:
    from huggingface_hub import HfApi

    assert list_files(one.repo, one.files).size / 1e6 == pytest.approx(one.megabytes, rel=0.02)
    card = HfApi().model_info(one.repo).card_data
    stated = {str(card.get("license")), str(card.get("license_name"))} if card else set()
    assert {"MIT": "mit", "Apache 2.0": "apache-2.0"}.get(one.licence, "apple-amlr") in stated


@pytest.mark.external
@pytest.mark.parametrize("one", FROM_HUB, ids=lambda one: one.name)
def test_it_comes_loads_and_knows_colours_or_sentences(one: Recommended) -> None:
    fetch(one)
    assert is_here(one)
    encoder = load_encoder(one.spec)
    assert encoder.dim == one.dim
    texts = encoder.encode_texts([encoder.template.format(f"{colour} circle") for colour in COLOURS])
    if one.kind == "texts":
        asked = encoder.encode_texts(["ein roter Kreis", "ein gelber Kreis"])
        assert (asked @ texts.T).argmax(1).tolist() == [0, 3]
        return
    pictures = []
    for colour in COLOURS:
        pictures.append(Image.new("RGB", (256, 256), "white"))
        ImageDraw.Draw(pictures[-1]).ellipse((48, 48, 208, 208), fill=colour)
    found = encoder.encode_images(pictures) @ texts.T
    np.testing.assert_array_equal(found.argmax(1), np.arange(len(COLOURS)))
