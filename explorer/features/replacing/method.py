"""What each way of putting one model in the place of another says about itself; method files stand on it."""

from dataclasses import dataclass

from explorer.base.method import MethodCard

NEEDS = {
    "anchors": "images that both models have made a vector of",
    "joint": "two models that place images and texts in one space",
    "blocks": "networks whose layers can be entered and left: pocket, open_clip, the networks on digits",
    "labels": "a column with 2 to 200 values of at least 6 items each",
}
"""The words of `needs`, and what they mean."""


@dataclass(frozen=True, kw_only=True)
class Method(MethodCard):
    """A method of one of the four views; each view has a kind of its own that says what it is called with.

    view: "bridge", "stitching", "compatibility" or "merging". short: the label where there is little room.
    """

    view: str
    short: str = ""

    @property
    def brief(self) -> str:
        """The label where there is little room."""
        return self.short or self.label
