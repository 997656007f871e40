"""Which methods can answer a condition, and why the others cannot."""

from explorer.encoders.base import Abilities
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS, why_not
from explorer.features.conditional.service import best_method

JOINT = Abilities(images=True, texts=True, joint=True)


def test_what_a_method_lacks_is_said_with_a_way_on() -> None:
    words, column, aspect = Condition("text", "hat"), Condition("column", "kind"), Condition("aspect", "colour")
    assert "named aspect or a column" in why_not(METHODS["profile"], words, JOINT, "pocket")
    assert "attribute column" in why_not(METHODS["column-means"], aspect, JOINT, "pocket")
    assert "such as pocket" in why_not(METHODS["text"], aspect, Abilities(images=True), "histogram")
    assert why_not(METHODS["profile"], aspect, JOINT, "pocket") == ""
    assert why_not(METHODS["column-means"], column, Abilities(), "precomputed:v") == ""
    assert "such as pocket" in why_not(METHODS["image+text"], column, Abilities(), "precomputed:v")
    trained = [method for method in METHODS.values() if "combiner" in method.needs]
    assert all("explorer train combiner" in why_not(method, aspect, JOINT, "open_clip:none") for method in trained)


def test_the_first_method_is_one_that_can_answer() -> None:
    assert best_method(Condition("column", "kind"), Abilities(), "precomputed:v") == "column-means"
    assert best_method(Condition("aspect", "colour"), JOINT, "open_clip:none") == "profile"
    assert best_method(Condition("aspect", "colour"), Abilities(images=True), "histogram") == "image"
