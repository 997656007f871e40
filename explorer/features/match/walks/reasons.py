"""Why two texts were matched: the words that join them in the graph."""

import re

import numpy as np

from explorer.features.match.method import Compared, Reasons, Span
from explorer.features.match.walks.change import one_path
from explorer.features.match.walks.graph import COLUMN, LEFT, RIGHT, WORDS, TextGraph

MOST_SHARED = 12


def walk_reasons(graph: TextGraph, nodes: tuple[int, int], names: tuple[str, str], texts: tuple[str, str]) -> Reasons:
    """The reasons for two texts. nodes: theirs in the graph. names: their ids. texts: what counts of each."""
    shared = np.intersect1d(graph.neighbours(nodes[0]), graph.neighbours(nodes[1]))
    shared = shared[graph.kinds[shared] == WORDS]
    rare = shared[np.argsort(graph.degrees[shared], kind="stable")]
    words = [graph.names[node] for node in rare.tolist()]
    path = one_path(graph, *nodes)
    field = Compared(
        name="words of both",
        left=texts[0],
        right=texts[1],
        left_spans=_spans(texts[0], words),
        right_spans=_spans(texts[1], words),
    )
    told = tuple(_name(graph, node, nodes, names) for node in path)
    return Reasons(fields=(field,), path=told, notes=_notes(graph, rare.tolist(), path))


def _name(graph: TextGraph, node: int, ends: tuple[int, int], names: tuple[str, str]) -> str:
    if node in ends:
        return names[ends.index(node)]
    kind = graph.kinds[node]
    if kind == WORDS:
        return f"“{graph.names[node]}”"
    return f"column {graph.names[node]}" if kind == COLUMN else f"{_SIDES[kind]} text {_place(graph, node) + 1:,}"


_SIDES = {LEFT: "left", RIGHT: "right"}


def _place(graph: TextGraph, node: int) -> int:
    """Row of a text on its side."""
    return node - int(np.argmax(graph.kinds == graph.kinds[node]))


def _notes(graph: TextGraph, shared: list[int], path: list[int]) -> tuple[str, ...]:
    if shared:
        told = (f"“{graph.names[node]}” ({graph.degrees[node]:,})" for node in shared[:MOST_SHARED])
        more = f" and {len(shared) - MOST_SHARED:,} more" if len(shared) > MOST_SHARED else ""
        return (f"Words of both, with how many texts and columns have them: {', '.join(told)}{more}.",)
    if path:
        return (f"They share no words; the shortest path between them has {len(path) - 1:,} steps.",)
    return ("No path of words joins them.",)


def _spans(text: str, words: list[str]) -> tuple[tuple[Span, float], ...]:
    """Where single words of a list stand in a text, rare ones stronger."""
    single = [word for word in words if " " not in word]
    strength = {word: 1.0 - 0.7 * place / max(len(single), 1) for place, word in enumerate(single)}
    found = ((match.span(), strength.get(match.group().lower(), 0.0)) for match in re.finditer(r"\w+", text))
    return tuple(one for one in found if one[1] > 0)
