"""What every method of every feature says about itself; pages, commands and the guide show it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MethodCard:
    """The card of one method.

    name: in addresses and commands. label, formula: for people. source: paper, or "" for a plain baseline.
    needs: what must be there before it can be used, in the words of its feature's contract. baseline: name of the
    method of the same registry that it must beat, "" for a baseline. trained: how it is trained, "" when it is not.
    """

    name: str
    label: str
    formula: str
    source: str = ""
    needs: tuple[str, ...] = ()
    baseline: str = ""
    trained: str = ""
