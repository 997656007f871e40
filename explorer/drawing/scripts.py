"""The JavaScript and the styles as text."""

from pathlib import Path

HERE = Path(__file__).parent


def read(*names: str) -> str:
    """The files of these names or patterns below this folder, in order; those of a pattern by name."""
    files = [path for name in names for path in sorted(HERE.glob(name))]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


FILL = "fill.js"
MAP_CORE = (FILL, "map/js/[0-9]*.js", "map/js/map.js")
"""The class SimilarityMap and what it is made of; without an export."""
MAP = (*MAP_CORE, "map/js/streamlit.js")
"""The map as one module; its default export is the renderer of a Streamlit component."""
MAP_WIDGET = (*MAP_CORE, "notebook/*.js", "map/js/anywidget.js")
"""The map as a module of anywidget. It expects its styles in the constant STYLE."""
MAP_STYLE = "map/map.css"
CARRIER = ("map/js/00_blobs.js", "map/js/carrier.js")
GALLERY_CORE = (FILL, "gallery/gallery.js")
"""The function drawGallery; without an export."""
GALLERY = (*GALLERY_CORE, "gallery/streamlit.js")
GALLERY_WIDGET = (*GALLERY_CORE, "notebook/room.js", "gallery/anywidget.js")
"""The gallery as a module of anywidget, likewise."""
GALLERY_STYLE = "gallery/gallery.css"
PAGE_STYLE = "page.css"
"""Colours and fonts of pages that work alone, light and dark."""
SENT_STYLE, SENT_MAP_STYLE = "send/page.css", "send/map.css"
SENT = "send/[0-9]*.js"
"""A page that works alone; it needs `MAP_CORE` and the function of `GALLERY_CORE` in the same scope."""
