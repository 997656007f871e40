"""Text of data in figures: plotly reads some HTML, links among it, in titles, legends, ticks and hover texts."""

from collections.abc import Iterable
from html import escape


def figure_text(text: object) -> str:
    """`text` as plotly shows it as it is."""
    return escape(str(text), quote=False)


def figure_texts(texts: Iterable[object]) -> list[str]:
    """The same for each of some texts."""
    return list(map(figure_text, texts))
