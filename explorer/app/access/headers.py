"""What every answer tells the browser: no framing, no guessing of kinds, nothing from elsewhere."""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import streamlit

Header = tuple[bytes, bytes]

INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def inline_scripts() -> list[str]:
    """What a policy allows so that the scripts inside Streamlit's own start page run, and no others inside a page."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    return [f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in INLINE.findall(page)]


POLICY = {
    "default-src": "'self'",
    # Streamlit loads the scripts of components from blobs
    "script-src": " ".join(["'self'", "blob:", *inline_scripts()]),
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SAFETY = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_RAW = [(name.encode(), value.encode()) for name, value in SAFETY.items()]
_NAMES = frozenset(name for name, _ in _RAW)


def with_safety(headers: Iterable[Header]) -> list[Header]:
    """The headers of an answer with those of SAFETY in place of any of the same names."""
    return [*((name, value) for name, value in headers if name.lower() not in _NAMES), *_RAW]
