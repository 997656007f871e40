import time

import pytest

from explorer.encoders.reachable import HubWatch, can_connect

from .hub_double import Hub, serve
from .test_fetching import point_to


def test_it_looks_in_the_background_and_remembers(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = HubWatch()
    with serve(Hub({})) as hub:
        point_to(hub.address, monkeypatch)
        assert watch.reachable() in (None, True)  # nothing waits
        ends = time.monotonic() + 30
        while watch.reachable() is None and time.monotonic() < ends:
            time.sleep(0.01)
        assert watch.reachable() is True
        assert hub.asked == []  # nothing is sent
    assert watch.reachable() is True  # no second look within minutes
    assert not can_connect(hub.address)
    assert not can_connect("nonsense")


def test_told_to_stay_offline_it_does_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert HubWatch().reachable() is False
