"""A condition as a value, and its form in an address."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError

KINDS = ("aspect", "column", "text")
MODES = ("focus", "change")
LONGEST = 500


@dataclass(frozen=True)
class Condition:
    """What is asked for beside the item.

    kind: "aspect" (a named one), "column" (an attribute column) or "text" (free words). name: of the aspect or column,
    or the words. change: False for "the same in this respect", True for "like it, but ...". value: the value that a
    change of an aspect or a column asks for.
    """

    kind: str
    name: str
    change: bool = False
    value: str = ""

    def __str__(self) -> str:
        """In words."""
        if self.kind == "text":
            return f"like it, but {self.name}" if self.change else self.name
        return f"like it, but {self.name}: {self.value}" if self.change else f"same {self.name}"


def check_condition(condition: Condition) -> Condition:
    """Return `condition`; InputError when its kind is unknown, it is empty or too long, or a change lacks its value."""
    check_choice(condition.kind, KINDS, "Condition")
    if not condition.name.strip():
        raise InputError("The condition is empty: name what should be the same, or what should change.")
    if len(condition.name) > LONGEST:
        raise InputError(f"A condition has at most {LONGEST} characters; this one has {len(condition.name)}.")
    if condition.change and condition.kind != "text" and not condition.value.strip():
        raise InputError(f"Say what {condition.name} should become: choose one of its values.")
    return condition


def format_condition(condition: Condition) -> str:
    """mode:kind:name:value, with name and value quoted."""
    mode = MODES[condition.change]
    return f"{mode}:{condition.kind}:{quote(condition.name, safe='')}:{quote(condition.value, safe='')}".rstrip(":")


def parse_condition(text: str) -> Condition:
    """The condition that `format_condition` wrote; InputError that says what is expected when it is none."""
    pieces = text.split(":")
    if len(pieces) not in (3, 4):
        raise InputError(f"Condition: expected mode:kind:name or mode:kind:name:value, got {text[:60]!r}.")
    check_choice(pieces[0], MODES, "Mode of the condition")
    names = [unquote(piece) for piece in pieces[2:]] + [""]
    return check_condition(Condition(pieces[1], names[0], pieces[0] == "change", names[1]))
