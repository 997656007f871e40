"""Encoders in memory."""

import time
from collections.abc import Sequence
from threading import Event

import numpy as np
import pytest

from explorer.base.arrays import Floats
from explorer.base.errors import ModelError
from explorer.encoders.base import Encoder
from explorer.encoders.histogram import HistogramEncoder
from explorer.encoders.pool import IN_MEMORY, Pool


def named(spec: str) -> Encoder:
    encoder = HistogramEncoder()
    encoder.spec = spec
    return encoder


def test_models_load_in_the_background_once_and_the_last_few_stay() -> None:
    go, loaded = Event(), list[str]()

    def load(spec: str) -> Encoder:
        go.wait(10)
        loaded.append(spec)
        return named(spec)

    pool = Pool(load)
    assert not pool.want("a").done()
    go.set()
    assert pool.want("a").result(10).spec == "a"
    for spec in "bcd"[:IN_MEMORY]:
        pool.want(spec).result(10)
    pool.want("a").result(10)
    assert loaded == ["a", "b", "c", "d", "a"]


def test_a_model_that_failed_can_be_tried_again() -> None:
    tries = list[float]()

    def load(spec: str) -> Encoder:
        tries.append(time.monotonic())
        if len(tries) == 1:
            raise ModelError("weights are missing")
        return named(spec)

    pool = Pool(load)
    with pytest.raises(ModelError, match="missing"):
        pool.want("a").result(10)
    pool.forget("a")
    assert pool.want("a").result(10).spec == "a"


def test_a_model_trained_again_answers_with_its_new_weights() -> None:
    versions = iter(["1", "2"])

    class Versioned(HistogramEncoder):
        def __init__(self) -> None:
            self.fingerprint = next(versions)

        def encode_texts(self, texts: Sequence[str]) -> Floats:
            return np.full((len(texts), 1), float(self.fingerprint), dtype=np.float32)

    pool = Pool(lambda spec: Versioned())
    assert pool.text_vector("a", "red")[0] == 1
    pool.forget("a")
    assert pool.text_vector("a", "red")[0] == 2
