"""What annotations of Label Studio say of a task, as columns: values of its controls, labels and boxes of regions."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from explorer.io.boxes import Box, Values, around, as_json, is_box_name, labelled, number
from explorer.io.formats.label_rows import Odd, is_plain, objects
from explorer.io.text import counted

META, OURS = "meta", "explorer"


@dataclass
class Told:
    """Remarks on the whole file."""

    shapes: Counter[str] = field(default_factory=Counter)
    several: int = 0
    odd: Odd = field(default_factory=Odd)

    def notes(self) -> list[str]:
        """As sentences."""
        notes = self.odd.note("result", "that cannot be used")
        if self.shapes:
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.shapes.items()))
            notes.append(f"{counted(self.shapes.total(), 'region')} other than boxes ({kinds}): the labels count.")
        if self.several:
            notes.append(f"{counted(self.several, 'task')} with several annotations: boxes are those of the first.")
        return notes


def columns_of_result(annotation: Values, entry: str, told: Told) -> Values:
    """The columns of one annotation: the values of each control, boxes of its regions."""
    found: Values = {}
    boxes: dict[str, list[Box]] = {}
    for place, one in enumerate(objects(annotation.get("result"))):
        name, kind, value = one.get("from_name"), one.get("type"), one.get("value")
        if kind == "relation":
            continue
        if not isinstance(name, str) or not isinstance(kind, str) or not isinstance(value, dict):
            told.odd.add(f"{entry}.result[{place}]", "expected from_name, type and value")
            continue
        if kind.startswith("rectangle") or kind.endswith("labels"):
            boxes.setdefault(name, []).extend(regions_of(one, kind, value, told))
        else:
            said = value.get(kind, value.get("text", value.get("selected")))
            found[name] = _united(found.get(name), value_alone(said))
    for name, held in boxes.items():
        found |= labelled(held, name)
    return found


def regions_of(one: Values, kind: str, value: Values, told: Told) -> Iterable[Box]:
    """A box for each label of a region; value: its edges, in percent of the picture, and labels."""
    labels = value.get(kind)
    names = [str(label) for label in labels] if isinstance(labels, list) else [kind.removesuffix("labels")]
    box = _box_of(kind, value)
    if not kind.startswith("rectangle"):
        told.shapes[kind] += 1
    ours = noted(one)
    own = dict(ours["attributes"]) if isinstance(ours.get("attributes"), dict) else {}
    own |= {"rotation": value["rotation"]} if number(value.get("rotation")) else {}
    for label in names:
        yield Box(
            label,
            box,
            relative=True,
            score=number(one.get("score")),
            key=str(one.get("id", "")),
            crowd=ours.get("crowd") is True,
            attributes=as_json(own),
        )


def _box_of(kind: str, value: Values) -> list[float] | None:
    """x, y, width, height in shares of the picture, of a rectangle or around a polygon; None of other regions."""
    if kind.startswith("polygon"):
        edges: list[float] | None = around(value.get("points"))
    elif kind.startswith("rectangle"):
        found = [number(value.get(part)) for part in ("x", "y", "width", "height")]
        edges = [one for one in found if one is not None]
        edges = edges if len(edges) == 4 else []
    else:
        return None
    return edges and [one / 100 for one in edges]


def value_alone(value: object) -> object:
    """A value of a control: one thing alone, several in a list; paths of a taxonomy are written in one text."""
    if isinstance(value, list):
        entries = [" / ".join(map(str, one)) if isinstance(one, list) else one for one in value]
        kept = [one for one in entries if is_plain(one)]
        return kept[0] if len(kept) == 1 else kept
    return value if is_plain(value) else None


def together(parts: list[Values]) -> Values:
    """The values of several annotations of a task; boxes are those of the first that has any."""
    row: Values = {}
    for part in parts:
        for name, value in part.items():
            if is_box_name(name) and name in row:
                continue
            row[name] = value if is_box_name(name) else _united(row.get(name), value)
    return row


def _united(one: object, other: object) -> object:
    """Both values, each once: alone where they are the same."""
    if one is None or one == other:
        return other
    if other is None:
        return one
    held = [*(one if isinstance(one, list) else [one]), *(other if isinstance(other, list) else [other])]
    return list(dict.fromkeys(held))


def noted(entry: Mapping[str, object]) -> Values:
    """What our own export noted in the `meta` of a task or region."""
    meta = entry.get(META)
    ours = meta.get(OURS) if isinstance(meta, dict) else None
    return ours if isinstance(ours, dict) else {}
