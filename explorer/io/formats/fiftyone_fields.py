"""How FiftyOne describes the fields of its samples in metadata.json."""

from typing import Literal

from explorer.io.boxes import Values

Kind = Literal[
    "text", "class", "classes", "flag", "flags", "count", "counts", "number", "numbers", "time", "vector", "boxes"
]
PLACE = "fiftyone.core.fields."
LABEL = "fiftyone.core.labels."
PLAIN = {
    "text": "StringField",
    "flag": "BooleanField",
    "count": "IntField",
    "number": "FloatField",
    "time": "DateTimeField",
    "vector": "VectorField",
}
OF_LISTS = {"flags": "BooleanField", "counts": "IntField", "numbers": "FloatField"}


def field_documents(kinds: dict[str, Kind]) -> list[Values]:
    """The fields that every sample has, then those of `kinds`."""
    return [*_own(), *(_document(name, kind) for name, kind in kinds.items())]


def _own() -> list[Values]:
    size = [_plain("size_bytes", "IntField"), _plain("mime_type", "StringField")]
    size += [_plain(side, "IntField") for side in ("width", "height", "num_channels")]
    return [
        _plain("id", "ObjectIdField", column="_id"),
        _plain("filepath", "StringField"),
        _list("tags", "StringField"),
        _inside("metadata", "fiftyone.core.metadata.ImageMetadata", size),
        _plain("created_at", "DateTimeField") | {"read_only": True},
        _plain("last_modified_at", "DateTimeField") | {"read_only": True},
        _plain("_media_type", "StringField"),
        _plain("_rand", "FloatField"),
        _plain("_dataset_id", "ObjectIdField"),
    ]


def _document(name: str, kind: Kind) -> Values:
    if kind in PLAIN:
        return _plain(name, PLAIN[kind])
    if kind in OF_LISTS:
        return _list(name, OF_LISTS[kind])
    if kind == "class":
        return _inside(name, f"{LABEL}Classification", _of_label())
    if kind == "classes":
        return _labels(name, "classifications", "Classification", _of_label())
    box = [_list("bounding_box", "FloatField"), _plain("index", "IntField")]
    return _labels(name, "detections", "Detection", [*_of_label(), *box])


def _of_label() -> list[Values]:
    return [
        _plain("id", "ObjectIdField", column="_id"),
        _list("tags", "StringField"),
        _plain("label", "StringField"),
        _plain("confidence", "FloatField"),
    ]


def _labels(name: str, inner: str, kind: str, parts: list[Values]) -> Values:
    """A field with a list of labels inside."""
    listed = _list(inner, "EmbeddedDocumentField") | {"embedded_doc_type": f"{LABEL}{kind}", "fields": parts}
    return _inside(name, f"{LABEL}{kind}s", [listed])


def _inside(name: str, kind: str, fields: list[Values]) -> Values:
    return _plain(name, "EmbeddedDocumentField") | {"embedded_doc_type": kind, "fields": fields}


def _list(name: str, inner: str) -> Values:
    return _plain(name, "ListField") | {"subfield": f"{PLACE}{inner}"}


def _plain(name: str, kind: str, column: str = "") -> Values:
    return {
        "name": name,
        "ftype": f"{PLACE}{kind}",
        "embedded_doc_type": None,
        "subfield": None,
        "fields": [],
        "db_field": column or name,
        "description": None,
        "info": None,
        "read_only": False,
        "created_at": None,
    }
