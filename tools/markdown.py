"""Places of the pages where a text that may be foreign is given to an element that reads Markdown.

`python tools/markdown.py [PATH...]` lists them. A text is safe when it is written here, a number, `plain(...)`, a
constant in capitals or made of such; names are followed to what is assigned to them in their function, and functions to
what they return in their module.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = [ROOT / "explorer" / "app", ROOT / "pages", ROOT / "app.py"]
MESSAGES = (
    "error",
    "info",
    "warning",
    "success",
    "toast",
    "markdown",
    "write",
    "caption",
    "title",
    "header",
    "subheader",
)
WIDGETS = (
    *("button", "download_button", "form_submit_button", "link_button", "menu_button", "checkbox", "toggle", "badge"),
    *("text_input", "text_area", "number_input", "selectbox", "multiselect", "slider", "select_slider", "radio"),
    *("pills", "segmented_control", "file_uploader", "expander", "popover", "status", "spinner", "tabs", "dialog"),
)
ELEMENTS = dict.fromkeys((*MESSAGES, *WIDGETS), 1) | {"metric": 3}  # how many come by position
OPTIONS = ("radio", "pills", "segmented_control", "menu_button")  # whose options are Markdown too
NAMED = ("label", "body", "text", "help", "caption", "captions", "delta", "value", "icon")
PLACE = {"st", "left", "right", "middle", "column", "place", "words", "above", "below", "head", "row", "cards"}
NUMBER = re.compile(r"[-+]?[\d.]*,?[\d.]*[,dfeg%]")
NUMBERS = {"len", "int", "float", "round", "counted", "clock", "times", "size", "signed", "abs"}
MARKDOWN = {
    "plain",
    "slots_as_code",
    "origin",
    "kind",
    "made",
    "trials_table",
    "interval",
    "recall_text",
    "no_labels",
    "note_of",
    "pane",
}
"""Functions whose result is Markdown in which nothing is foreign."""
HELPERS = {
    "choose_cosine": ("label",),
    "kept_upload": ("label",),
    "link_to": ("", "label", "icon"),
    "open_button": ("label", "icon"),
    "picker": ("label", "help"),
}
"""Functions of ours that hand texts on to an element: what they are given is looked at where they are called."""


Given = tuple[ast.expr | None, "ast.FunctionDef | None"]


@dataclass(frozen=True)
class Scope:
    """What names stand for: the function around a place (None at the top), those of its module and what they call."""

    around: ast.FunctionDef | None
    functions: dict[str, ast.FunctionDef]
    calls: list[tuple[ast.FunctionDef | None, ast.Call]]
    seen: tuple[str, ...] = ()


def foreign(path: Path) -> Iterator[tuple[int, str]]:
    """Lines and texts of a file where what may be foreign becomes Markdown."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    calls = list(_calls(tree, None))
    for around, call in calls:
        for text in markdown_of(call):
            if not is_safe(text, Scope(around, functions, calls)):
                yield text.lineno, ast.unparse(text)


def _calls(node: ast.AST, around: ast.FunctionDef | None) -> Iterator[tuple[ast.FunctionDef | None, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield around, child
        yield from _calls(child, child if isinstance(child, ast.FunctionDef) else around)


def markdown_of(call: ast.Call) -> Iterator[ast.expr]:
    """What a call gives to an element as Markdown."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    named = {one.arg: one.value for one in call.keywords if one.arg}
    if name.endswith("Column") and "help" in named:
        yield named["help"]
    if isinstance(call.func, ast.Name) and call.func.id in HELPERS:
        wanted = HELPERS[call.func.id]
        yield from (given for name, given in zip(wanted, call.args, strict=False) if name not in ("", "help"))
        yield from (named[key] for key in wanted if key in named)
    if not (name in (*ELEMENTS, "progress", "page_link", "image") and _is_place(call.func)):
        return
    yield from call.args[: ELEMENTS.get(name, 0)]
    yield from (value for key, value in named.items() if key in NAMED and not (key == "value" and name != "metric"))
    if name in OPTIONS:
        shown = named.get("format_func")
        yield from call.args[1:2] if shown is None or ast.unparse(shown).startswith("str.") else [shown]


def _is_place(func: ast.expr) -> bool:
    inner = func.value if isinstance(func, ast.Attribute) else func
    while isinstance(inner, ast.Subscript):
        inner = inner.value
    return isinstance(inner, ast.Name) and inner.id in PLACE


def is_safe(text: ast.expr, scope: Scope) -> bool:
    """Whether nothing foreign can be in a text that is not plain."""
    match text:
        case ast.Constant() | ast.Compare():
            return True
        case ast.JoinedStr(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
            return all(is_safe(part, scope) for part in parts)
        case ast.FormattedValue(value=value, format_spec=spec):
            return _is_number(spec) or is_safe(value, scope)
        case ast.IfExp(body=first, orelse=second) | ast.BinOp(left=first, right=second):
            return is_safe(first, scope) and is_safe(second, scope)
        case ast.Starred(value=inner) | ast.UnaryOp(operand=inner) | ast.NamedExpr(value=inner):
            return is_safe(inner, scope)
        case ast.Subscript(value=inner) | ast.Attribute(value=inner):
            return is_safe(inner, scope)
        case ast.Dict(values=values):
            return all(is_safe(value, scope) for value in values)
        case ast.Lambda(body=inner):
            return is_safe(inner, scope)
        case ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
            return is_safe(inner, scope)
        case ast.Name(id=name):
            return _is_safe_name(name, scope)
        case ast.Call():
            return _is_safe_call(text, scope)
    return False


def _is_number(spec: ast.expr | None) -> bool:
    return spec is not None and NUMBER.fullmatch(ast.unparse(spec).removeprefix("f").strip("'\"")) is not None


def _is_safe_call(call: ast.Call, scope: Scope) -> bool:
    match call.func:
        case ast.Name(id=name) if name in NUMBERS | MARKDOWN | {"list"}:
            return name != "list" or all(is_safe(one, scope) for one in call.args)
        case ast.Name(id=name) if name in scope.functions and name not in scope.seen:
            return _returns_safe(scope.functions[name], scope)
        case ast.Attribute(value=inner, attr=attr) if attr in (
            "upper",
            "lower",
            "capitalize",
            "items",
            "values",
            "keys",
        ):
            return is_safe(inner, scope)
        case ast.Attribute(value=inner, attr="get"):
            return is_safe(inner, scope) and all(is_safe(one, scope) for one in call.args[1:])
        case ast.Attribute(value=inner, attr=attr) if attr in ("join", "format", "replace", "removesuffix"):
            given = [*call.args, *(one.value for one in call.keywords)]
            return is_safe(inner, scope) and all(is_safe(one, scope) for one in given)
    return False


def _returns_safe(function: ast.FunctionDef, scope: Scope) -> bool:
    inner = replace(scope, around=function, seen=(*scope.seen, function.name))
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
    return bool(returned) and all(is_safe(value, inner) for value in returned)


def _is_safe_name(name: str, scope: Scope) -> bool:
    if re.fullmatch(r"_?[A-Z][A-Z_0-9]*", name) or name in MARKDOWN:
        return True
    mark = f"{scope.around.name if scope.around else ''} {name}"
    if scope.around is None or mark in scope.seen:
        return mark in scope.seen
    given = list(_given(name, scope.around, scope))
    seen = (*scope.seen, mark)
    return bool(given) and all(
        value is not None and is_safe(value, replace(scope, around=around, seen=seen)) for value, around in given
    )


def _given(name: str, around: ast.FunctionDef, scope: Scope) -> Iterator[Given]:
    """All that a name may stand for in a function, and the function where that is written; None: not followed."""
    for node in ast.walk(around):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((_part(name, target, value), around) for target in targets if _names(target, name))
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
                | ast.AugAssign(target=target, value=value)
                | ast.For(target=target, iter=value)
                | ast.comprehension(target=target, iter=value)
            ):
                yield from [(_part(name, target, value), around)] if _names(target, name) else []
            case ast.arg(arg=arg) if arg == name:
                yield from _passed(node, around, scope)
            case ast.withitem(optional_vars=ast.expr() as target) if _names(target, name):
                yield None, None
            case ast.ExceptHandler(name=caught) if caught == name:
                yield None, None


def _passed(parameter: ast.arg, around: ast.FunctionDef, scope: Scope) -> Iterator[Given]:
    """What a module gives to a parameter of a function of its own; a number is a number."""
    number = parameter.annotation and ast.unparse(parameter.annotation) in ("int", "float", "bool")
    if number or parameter.arg in HELPERS.get(around.name, ()):
        yield ast.Constant(0), None
        return
    names = [one.arg for one in (*around.args.posonlyargs, *around.args.args)]
    calls = [
        (where, call) for where, call in scope.calls if isinstance(call.func, ast.Name) and call.func.id == around.name
    ]
    if not around.name.startswith("_") or not calls:
        yield None, None
    for where, call in calls:
        by_name = {one.arg: one.value for one in call.keywords}
        place = names.index(parameter.arg) if parameter.arg in names else len(call.args)
        if place < len(call.args):
            yield call.args[place], where
        else:
            yield by_name.get(parameter.arg, ast.Constant("")), where


def _names(target: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def _part(name: str, target: ast.expr, value: ast.expr) -> ast.expr:
    """The part of `value` that `name` gets where both are tuples, or it is a zip; else all of it."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Call) and ast.unparse(value.func) == "zip":
        value = ast.Tuple(value.args)
    if not (isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)):
        return value
    place = next(at for at, one in enumerate(target.elts) if _names(one, name))
    rows = [row for row in value.elts if isinstance(row, ast.Tuple) and len(row.elts) == len(target.elts)]
    if len(rows) == len(value.elts):  # a table that is gone through line by line
        return ast.Tuple([row.elts[place] for row in rows])
    return value.elts[place] if len(value.elts) == len(target.elts) else value


def listed(paths: Sequence[Path]) -> list[str]:
    """All places of these files and folders, as "file:line: text"."""
    files = sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))
    return [f"{file.relative_to(ROOT)}:{line}: {text}" for file in files for line, text in foreign(file)]


if __name__ == "__main__":
    print("\n".join(listed([Path(one).resolve() for one in sys.argv[1:]] or PLACES)))
