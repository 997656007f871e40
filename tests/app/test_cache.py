import time
from threading import Event

import pytest

from explorer.app.frame.cache import MODELS_IN_MEMORY, Models
from explorer.base.errors import ModelError


def test_models_load_in_the_background_once_and_the_last_few_stay() -> None:
    go, loaded = Event(), list[str]()

    def load(spec: str) -> str:
        go.wait(10)
        loaded.append(spec)
        return spec.upper()

    models = Models(load)
    assert not models.want("a").done()
    go.set()
    assert models.want("a").result(10) == "A"
    for spec in "bcd"[:MODELS_IN_MEMORY]:
        models.want(spec).result(10)
    models.want("a").result(10)
    assert loaded == ["a", "b", "c", "d", "a"]


def test_a_model_that_failed_can_be_tried_again() -> None:
    tries = list[float]()

    def load(spec: str) -> str:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise ModelError("weights are missing")
        return spec

    models = Models(load)
    with pytest.raises(ModelError, match="missing"):
        models.want("a").result(10)
    models.forget("a")
    assert models.want("a").result(10) == "a"
