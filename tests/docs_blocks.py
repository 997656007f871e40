"""The fenced blocks of the guide, and the commands in them and in its sentences."""

import re
import shlex
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from unittest.mock import patch

import typer
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from explorer.commands import main

ROOT = Path(__file__).parents[1]
CHAPTERS = (*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "match").glob("*.md"))
PAGES = {page.name: page for page in (ROOT / "README.md", *sorted(CHAPTERS))}
FENCE = re.compile(r"^( *)```([^\n`]*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`((?:\.venv/bin/)?explorer [^`\n]+)`")
BENCH = "bench"
Command = TyperCommand | TyperGroup
EXPLORER = ("explorer", ".venv/bin/explorer")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page. line: where its text begins, from 1; info: what stands behind the three ticks."""

    page: str
    line: int
    info: str
    text: str

    @property
    def commands(self) -> list[list[str]]:
        """The words of every command, as a shell reads them: lines joined at a backslash, comments and ~ resolved."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [words for line in lines if (words := words_of(line))]


def words_of(line: str) -> list[str]:
    """The words of one line as a shell reads them."""
    words = shlex.split(line, comments=True)
    return [str(Path(word).expanduser()) if word.startswith("~/") else word for word in words]


@cache
def text_of(page: str) -> str:
    """What stands on a page."""
    return PAGES[page].read_text(encoding="utf-8")


def blocks_of(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = text_of(page)
    return [Block(page, text.count("\n", 0, found.start(3)) + 1, found[2], found[3]) for found in FENCE.finditer(text)]


def sentences_of(page: str) -> str:
    """A page without its fenced blocks."""
    return FENCE.sub("", text_of(page))


def mentioned(page: str) -> list[list[str]]:
    """The commands in the sentences of a page, without what is left open by "…" or goes to a file."""
    found = [words_of(command)[1:] for command in INLINE.findall(sentences_of(page))]
    return [words[: words.index(">")] if ">" in words else words for words in found]


def command_names() -> set[str]:
    """What may stand behind "explorer"."""
    return set(group_of(main.app).commands)


def group_of(app: typer.Typer) -> TyperGroup:
    """The commands of an app with several."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


def leaf(words: list[str]) -> tuple[Command, list[str]]:
    """The command that `words` (behind "explorer") name, and the words that are left for it; AssertionError for none.

    A group with no further word, or followed by "…", is its own answer.
    """
    if words[0] == BENCH:
        names = takewhile(lambda word: not word.startswith("-"), words[1:])
        assert [name for name in names if not (ROOT / "benchmarks" / f"bench_{name}.py").is_file()] == []
    module, left = passed_on(words)
    command = typer.main.get_command(import_module(f"explorer.commands.{module}").app if module else main.app)
    while isinstance(command, TyperGroup) and left and left[0] != "…":
        assert left[0] in command.commands, f"there is no command {left[0]!r} in: explorer {' '.join(words)}"
        command, left = command.commands[left[0]], left[1:]
    assert isinstance(command, TyperCommand | TyperGroup)
    return command, left


def passed_on(words: list[str]) -> tuple[str, list[str]]:
    """The module whose commands answer the first word, "" for the main one, and the words that are left for it."""
    seen: list[tuple[str, list[str]]] = []
    known = group_of(main.app).commands.get(words[0])
    if known is None or words[0] == BENCH or not known.context_settings.get("ignore_unknown_options"):
        return "", words
    with patch.object(main, "_pass_on", lambda module, name, context: seen.append((module, list(context.args)))):
        CliRunner().invoke(main.app, words)
    return seen[0]


def options_of(command: Command) -> set[str]:
    """All ways to write an option of a command."""
    return {"--help", *(name for param in command.params for name in (*param.opts, *param.secondary_opts))}


def unknown_options(words: list[str]) -> list[str]:
    """Options among the words behind "explorer" that their command does not have; nothing is run."""
    command, left = leaf(words)
    written = {word.partition("=")[0] for word in left if word.startswith("-")}
    return [] if words[0] == BENCH else sorted(written - options_of(command))


def check_usage(words: list[str]) -> None:
    """AssertionError or a usage error when the words behind "explorer" name no command or do not fit it."""
    assert unknown_options(words) == [], words
    command, left = leaf(words)
    command.make_context(command.name, left)
