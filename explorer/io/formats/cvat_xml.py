"""The images of a label file of CVAT with their tags and shapes, as its XML has them.

The parser takes no document type, so there are no entities of a file's own.
"""

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from explorer.base.errors import InputError
from explorer.io.readable import MAX_DEPTH

SHAPES = ("box", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton")
Attributes = dict[str, str]


@dataclass
class Mark:
    """A tag or shape of an image."""

    kind: str
    told: Attributes
    own: Attributes = field(default_factory=dict)


@dataclass
class Image:
    """An image, with its tags and shapes."""

    told: Attributes
    marks: list[Mark] = field(default_factory=list)


class CvatReader:
    """Handlers of the parser; `kinds`: how the attributes of each label are entered, by (label, attribute)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.images: list[Image] = []
        self.kinds: dict[tuple[str, str], str] = {}
        self.path: list[str] = []
        self.text: list[str] = []
        self.label = self.attribute = ""
        self.told: Attributes = {}

    def read(self, path: Path) -> None:
        """Read a file; InputError when it is no XML that may be read."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text.append
        parser.StartDoctypeDeclHandler = self.refuse
        try:
            with path.open("rb") as file:
                parser.ParseFile(file)
        except expat.ExpatError as error:
            raise InputError(f"{self.name}: expected XML of CVAT, got a file that is damaged ({error}).") from error
        except OSError as error:
            raise InputError(f"{path}: expected a file that can be read ({error.strerror}).") from error

    def refuse(self, *_: object) -> None:
        """Refuse a document type."""
        raise InputError(f"{self.name}: expected XML without a document type (<!DOCTYPE ...>), as CVAT writes it.")

    def start(self, kind: str, told: Attributes) -> None:
        """An element begins."""
        self.path.append(kind)
        self.text.clear()
        if len(self.path) > MAX_DEPTH:
            raise InputError(f"{self.name}: expected elements at most {MAX_DEPTH} deep in one another.")
        if kind == "track":
            raise InputError(
                f"{self.name}: expected “CVAT for images 1.1”, got tracks of a video. Export the task as that format."
            )
        if kind == "image" and len(self.path) == 2:
            self.images.append(Image(told))
        elif self.images and self._parent() == "image" and kind in ("tag", *SHAPES):
            self.images[-1].marks.append(Mark(kind, told))
        self.told = told

    def end(self, kind: str) -> None:
        """An element ends."""
        text, parent = "".join(self.text), self._parent()
        self.path.pop()
        self.text.clear()
        if self.path[1:2] == ["image"]:
            if kind == "attribute" and self.images[-1].marks:
                self.images[-1].marks[-1].own[self.told.get("name", "")] = text
        elif kind == "name" and parent == "label":
            self.label = text
        elif kind == "name" and parent == "attribute":
            self.attribute = text
        elif kind == "input_type" and parent == "attribute":
            self.kinds[self.label, self.attribute] = text

    def _parent(self) -> str:
        return self.path[-2] if len(self.path) > 1 else ""
