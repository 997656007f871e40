"""The short list says what is true: names and shapes of the installed open_clip, sizes, licences, work."""

from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.base.torchvision_fix import ensure_torchvision
from explorer.encoders.recommended import (
    APPLE,
    RECOMMENDED,
    STEP_UP,
    TOKENIZER,
    WEIGHTS,
    Recommended,
    known,
    recommended,
)
from explorer.encoders.specs import canonical

FETCHED = [one for one in RECOMMENDED if one.spec.startswith("open_clip:")]


def test_names_and_specs_are_in_their_one_spelling_and_lead_back() -> None:
    assert len({one.name for one in RECOMMENDED}) == len({one.spec for one in RECOMMENDED}) == len(RECOMMENDED)
    for one in RECOMMENDED:
        assert canonical(one.spec) == one.spec
        assert recommended(one.name) is recommended(one.spec) is one
    assert known("open_clip:ViT-L-14/openai") is None
    with pytest.raises(InputError, match="expected one of pocket, .* Did you mean siglip2"):
        recommended("siglip-2")


def test_the_step_up_may_be_used_for_anything_and_is_the_least_work() -> None:
    one = recommended(STEP_UP)
    assert one.licence != APPLE
    assert one.work == min(other.work for other in FETCHED)


def test_the_guide_says_the_same() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide.md").read_text(encoding="utf-8")
    for one in RECOMMENDED:
        (line,) = (line for line in guide.splitlines() if line.startswith(f"| `{one.name}` |"))
        assert one.good_at in line and f"/ {one.dim} |" in line
        assert (f"{one.megabytes:,} MB" if one.megabytes else "built in") in line
        assert "research only" in line if one.licence == APPLE else one.licence in line
        assert (f"| {one.imagenet} |" in line) == (one.imagenet is not None)


def test_apples_models_say_apples_licence() -> None:
    assert {one.name for one in RECOMMENDED if one.licence == APPLE} == {
        one.name for one in RECOMMENDED if "MobileCLIP" in one.spec
    }


@pytest.mark.parametrize("one", FETCHED, ids=lambda one: one.name)
def test_open_clip_knows_it_as_it_is_described(one: Recommended) -> None:
    """Repository, pixels, dimensions, multiplications and size, from a model without memory for its weights."""
    ensure_torchvision()
    import open_clip
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    name, tag = one.spec.removeprefix("open_clip:").split("/")
    assert (name, tag) in open_clip.list_pretrained()
    assert open_clip.get_pretrained_cfg(name, tag)["hf_hub"] == f"{one.repo}/"
    tokenizer = open_clip.get_model_config(name)["text_cfg"].get("hf_tokenizer_name", "")
    assert tokenizer in ("", one.repo) and one.files == ((WEIGHTS, *TOKENIZER) if tokenizer else (WEIGHTS,))
    with torch.device("meta"):
        model = open_clip.create_model(name, device="meta").eval().requires_grad_(False)
    side = model.visual.image_size
    assert (side[0] if isinstance(side, tuple) else side) == one.side
    with FlopCounterMode(display=False) as counter:
        assert model.visual(torch.zeros(1, 3, one.side, one.side, device="meta")).shape[-1] == one.dim
    assert counter.get_total_flops() / 2e9 == pytest.approx(one.gmacs, rel=0.03)
    weights = sum(value.numel() * value.element_size() for value in model.state_dict().values()) / 1e6
    assert -1 < one.megabytes - weights < 40  # beside the weights a tokenizer of at most 34 MB
