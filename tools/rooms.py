"""Which rooms of the house import which: `python tools/rooms.py`, with `--list` every arrow.

A room is a folder or module directly below `explorer`, or a feature. An arrow is one room that imports another; a
circle is a group of rooms, or of modules, each of which reaches all others of the group.
"""

import ast
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "explorer"
Graph = dict[str, set[str]]


def module_graph(root: Path) -> Graph:
    """Every module of the package below `root` with the modules that it imports, also inside functions."""
    files = {_name(path, root): path for path in sorted((root / PACKAGE).rglob("*.py"))}
    return {name: _imported(path, files) - {name} for name, path in files.items()}


def room_of(module: str) -> str:
    """The room that a module stands in."""
    parts = module.split(".")
    return ".".join(parts[1:3]) if parts[1:2] == ["features"] else ".".join(parts[1:2]) or PACKAGE


def room_graph(modules: Mapping[str, set[str]]) -> Graph:
    """The rooms with the rooms that they import."""
    found: Graph = {}
    for module, imported in modules.items():
        here = found.setdefault(room_of(module), set())
        here |= {room_of(one) for one in imported} - {room_of(module)}
    return found


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of two or more names of which each reaches all others."""
    reach = {name: _reached(name, graph) for name in graph}
    groups = {tuple(sorted(other for other in reach[name] if name in reach[other])) for name in graph}
    return [list(group) for group in sorted(groups) if len(group) > 1]


def _reached(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        for name in graph.get(todo.pop(), set()) - found:
            found.add(name)
            todo.append(name)
    return found


def _name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, files: Mapping[str, Path]) -> set[str]:
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            named |= {f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            named |= {one.name for one in node.names}
    return {known for one in named if (known := _known(one, files))}


def _known(name: str, files: Mapping[str, Path]) -> str:
    while name and name not in files:
        name = name.rpartition(".")[0]
    return name


def main(arguments: list[str]) -> None:
    """Print the counts."""
    root = Path(next((one for one in arguments if one != "--list"), ROOT)).resolve()
    modules = module_graph(root)
    rooms = room_graph(modules)
    arrows = [(room, other) for room, others in sorted(rooms.items()) for other in sorted(others)]
    print(f"{len(modules):5}  modules in {len(rooms)} rooms")
    print(f"{len(arrows):5}  arrows between rooms")
    print(f"{len(circles(rooms)):5}  circles of rooms {circles(rooms) or ''}")
    print(f"{len(circles(modules)):5}  circles of modules {circles(modules) or ''}")
    if "--list" in arguments:
        print("\n".join(f"       {room} -> {other}" for room, other in arrows))


if __name__ == "__main__":
    main(sys.argv[1:])
