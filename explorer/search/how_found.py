"""How a query with filters was answered, as people read it."""

from explorer.index import Way

WORDS: dict[Way, str] = {
    "all": "Every item was compared with the query (exact).",
    "subset": "All of these were compared with the query (exact on the subset).",
    "index": "The index found them.",
    "over-fetch": "The index was asked for more than is shown, of which those that pass were kept (over-fetch).",
    "in-filter": "The index looked for those alone (in-filter).",
}


def how_words(way: Way, passing: int) -> str:
    """One sentence; "" where nothing passes, so that nothing was looked for."""
    return WORDS[way] if passing else ""
