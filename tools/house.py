"""Counts that tell how tidy the house is: `python tools/house.py [PATH...]`, with `--list` where each stands.

Calls with seven or more positional arguments, functions with six or more positional parameters, `fmt: skip`, bare
`Any`, dataclasses of more than five fields that are not keyword-only, files of more than 250 lines.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CALL, PARAMETERS, FIELDS, LINES = 7, 6, 5, 250
Place = tuple[str, int]


def positional_calls(nodes: Sequence[ast.AST]) -> Iterator[int]:
    """Lines of calls with seven or more positional arguments."""
    for node in nodes:
        if isinstance(node, ast.Call) and len(node.args) >= CALL:
            yield node.lineno


def long_signatures(nodes: Sequence[ast.AST]) -> Iterator[int]:
    """Lines of functions with six or more parameters that may be given by position, self and cls apart."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
            if len(names) - (names[:1] in (["self"], ["cls"])) >= PARAMETERS:
                yield node.lineno


def bare_any(nodes: Sequence[ast.AST]) -> Iterator[int]:
    """Lines where `Any` stands alone as a type, not as part of another one such as dict[str, Any]."""
    inside = {id(name) for node in nodes if isinstance(node, ast.Subscript) for name in ast.walk(node.slice)}
    for node in nodes:
        if isinstance(node, ast.Name) and node.id == "Any" and id(node) not in inside:
            yield node.lineno


def wide_dataclasses(nodes: Sequence[ast.AST]) -> Iterator[int]:
    """Lines of dataclasses of more than five fields that are not keyword-only."""
    for node in nodes:
        if not isinstance(node, ast.ClassDef):
            continue
        made = [
            d for d in node.decorator_list if "dataclass" in ast.unparse(d) and "kw_only=True" not in ast.unparse(d)
        ]
        if made and sum(isinstance(one, ast.AnnAssign) for one in node.body) > FIELDS:
            yield node.lineno


KINDS = {
    f"calls with {CALL} or more positional arguments": positional_calls,
    f"functions with {PARAMETERS} or more positional parameters": long_signatures,
    "bare Any": bare_any,
    f"dataclasses of more than {FIELDS} fields, not keyword-only": wide_dataclasses,
}


def count(paths: list[Path]) -> dict[str, list[Place]]:
    """Each kind of untidiness with the places where it stands."""
    found: dict[str, list[Place]] = {kind: [] for kind in (*KINDS, "fmt: skip", f"files of more than {LINES} lines")}
    for path in paths:
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        name = str(path.relative_to(ROOT))
        nodes = list(ast.walk(ast.parse(source)))
        for kind, lister in KINDS.items():
            found[kind] += [(name, line) for line in lister(nodes)]
        found["fmt: skip"] += [(name, n) for n, line in enumerate(lines, 1) if line.endswith("# fmt: " + "skip")]
        if len(lines) > LINES:
            found[f"files of more than {LINES} lines"].append((name, len(lines)))
    return found


def main(arguments: list[str]) -> None:
    """Print the counts."""
    listed = "--list" in arguments
    roots = [Path(one).resolve() for one in arguments if one != "--list"] or [ROOT / "explorer"]
    paths = sorted(path for root in roots for path in ([root] if root.is_file() else root.rglob("*.py")))
    for kind, places in count(paths).items():
        print(f"{len(places):5}  {kind}")
        if listed:
            print("\n".join(f"       {name}:{line}" for name, line in places))


if __name__ == "__main__":
    main(sys.argv[1:])
