"""Labels of a collection in a script."""

import pytest

import explorer as ex
from explorer.base.errors import InputError
from explorer.workspace.opened import Opened
from tests.features.label.conftest import heaps

__all__ = ["heaps"]


def test_labels_are_given_guessed_accepted_and_taken_back(heaps: Opened) -> None:
    collection = ex.open(heaps.path)
    labels = collection.labels("side", labeller="Ann").take_column("kind", each=2)
    assert len(labels) == 4 and repr(labels) == "<Labels 'side': 4 items labelled>"
    assert set(labels.table["labeller"]) == {"Ann"} and list(labels.table) == ["id", "labeller", "label", "source"]
    labels.give({"a9": "b"})
    assert len(labels) == 5 and "“b” given to 1 item" in labels.undo() and len(labels) == 4
    found = labels.guess("neighbours")
    assert len(found) == 40 and (found["label"] == found["id"].str[0]).mean() > 0.9
    assert found["probability"].between(0.5, 1).all()
    assert labels.accept("side guessed", above=0.5, method="neighbours") == 40
    assert "side guessed" in collection.items
    labels.take_away("side guessed")
    assert "side guessed" not in collection.items
    with pytest.raises(InputError, match="no item with the id 'zz'"):
        labels.give({"zz": "a"})
