import pytest

from explorer.base.errors import InputError, ModelError
from explorer.encoders import ENCODERS, canonical, load_encoder
from explorer.encoders.specs import FORMS


def test_every_encoder_has_a_form() -> None:
    assert list(FORMS) == list(ENCODERS)


@pytest.mark.parametrize("spec", ["", "clip", "open_clip", "open_clip:", "pocket:", "histogram:8", "precomputed"])
def test_wrong_specs_list_the_right_ones(spec: str) -> None:
    with pytest.raises(
        InputError,
        match="expected one of pocket, pocket:photos or pocket:<folder of its weights>, open_clip:<model>/<tag or",
    ):
        load_encoder(spec)


def test_short_names_of_the_sentence_model() -> None:
    assert canonical("sentence") == canonical(" sentence:minilm") == "sentence:all-MiniLM-L6-v2"
    assert canonical("open_clip:RN50/openai") == "open_clip:RN50/openai"


def test_precomputed_says_what_to_do_instead() -> None:
    encoder = load_encoder("precomputed:features")
    assert encoder.spec == "precomputed:features"
    with pytest.raises(ModelError, match="Search by picking an item"):
        encoder.encode_texts(["star"])
