"""A web page that works alone, from a disk: no server, no network, nothing of the data is markup in it. Pure."""

import json
from collections.abc import Iterable, Mapping
from html import escape

POLICY = (
    "default-src 'none'; img-src data:; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
"""No connection of any kind: what the page shows is in it."""
DATA = "sent-data"


def data_text(value: object) -> str:
    """JSON that may stand in a script element: nothing in it ends the element or begins a comment."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def page_bytes(
    title: str,
    *,
    style: str,
    script: str,
    body: str = "",
    data: object = None,
    templates: Mapping[str, str] | None = None,
    blocks: Iterable[str] = (),
) -> bytes:
    """The page in UTF-8.

    title: any text. style, script, body: ours, never of the data. data: JSON for the element `DATA`. templates: styles
    of ours by the id of the template that holds them. blocks: base64, each in an element of the class "block" after all
    else: the page is drawn before they are read.
    """
    held = "".join(
        f'<template id="{name}"><style>{text}</style></template>' for name, text in (templates or {}).items()
    )
    json_element = "" if data is None else f'<script type="application/json" id="{DATA}">{data_text(data)}</script>'
    ends = "".join(f'<script type="text/plain" class="block">{text}</script>\n' for text in blocks)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title, quote=True)}</title>\n<style>{style}</style>{held}</head>\n"
        f"<body>{body}{json_element}\n<script>\n{script}\n</script>\n{ends}</body></html>\n"
    ).encode("utf-8", "replace")
