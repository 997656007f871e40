"""The pairs of a wish: found at once where that takes seconds, by a job where it takes longer, or as they were kept."""

from collections.abc import Mapping

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.app.frame.waiting import Watched, waiting
from explorer.app.match.links_options import written
from explorer.app.match.links_setup import Setup, Wish
from explorer.app.match.links_sources import COLUMNS, FILE, ITEMS, SAME, SHOP, side_of, source_path
from explorer.app.match.view import Context
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.memory import remembered
from explorer.features.match.contract import METHODS
from explorer.features.match.kept import KeptMatch, kept_matches, open_match
from explorer.features.match.service import Matched, make_task, match
from explorer.features.match.side import Side
from explorer.io.text import counted
from explorer.workspace.opened import Opened

SILENT = Watched()
AT_ONCE = 4_000
"""So many things of both sides together are matched while the page is drawn."""


def pairs_of(context: Context, setup: Setup) -> Matched | None:
    """The scored pairs; None while a job is to find them, which is said."""
    count = len(setup.left) + (0 if setup.same else len(setup.right))
    if count <= AT_ONCE:
        with waiting("Matching …") as progress:
            return matched_now(context.opened, setup.wish, context.encoder, Watched(progress))
    kept = fitting(context.opened, setup)
    if kept is None:
        st.caption(f"More than {AT_ONCE:,} rows are matched by a job beside the page; its pairs are kept.")
        if words := instead_of(context.opened, setup):
            st.info(plain(words), icon=":material/history:")
        if work_button(
            f"Match {counted(count, 'row')}",
            key="match.links.start",
            type="primary",
            icon=":material/join_inner:",
            disabled=running(context.opened.workspace),
            help="It runs beside the page and is kept in this collection.",
        ):
            start_job(context.opened.path, job_arguments(context.opened, setup), f"Match {setup.name}")
        show_jobs(context.opened.workspace)
        return None
    return kept_pairs(context.opened, kept.name, kept.made)


@remembered(3)
def matched_now(opened: Opened, wish: Wish, encoder: str, watched: Watched = SILENT) -> Matched:
    """Find the pairs. encoder: of the vectors that go along with items. watched: is told how far it is."""
    left = side_of(opened, wish.left, wish.left_text, encoder, wish.stamps[0])
    same = wish.right == SAME
    right = None if same else side_of(opened, wish.right, wish.right_text, encoder, wish.stamps[1])
    task = make_task(left, right, wish.method, options=options_of(opened, wish), model=wish.model)
    return match(task, wish.method, watched.progress)


def options_of(opened: Opened, wish: Wish) -> dict[str, str]:
    """The options of a wish as a matcher takes them: only files that were brought through the browser are read."""
    known = {option.name: option for option in METHODS[wish.method].options}
    return {
        name: str(source_path(opened, value)) if name in known and known[name].file and value else value
        for name, value in wish.options
    }


@remembered(2)
def kept_pairs(opened: Opened, name: str, made: str) -> Matched:
    """A kept match. made: when, so that one that took its place is read."""
    return open_match(opened.workspace, name)


def kept_named(opened: Opened, name: str) -> Matched:
    """The kept match of this name; InputError when there is none."""
    found = kept_of(opened, name)
    return kept_pairs(opened, name, found.made) if found else open_match(opened.workspace, name)


def fitting(opened: Opened, setup: Setup) -> KeptMatch | None:
    """What a job kept of this very wish; None when there is none, or it was made of other rows or settings."""
    wish = setup.wish
    one = kept_of(opened, setup.name)
    if one is None or (one.method, one.model) != (wish.method, wish.model):
        return None
    try:
        task = kept_pairs(opened, one.name, one.made).task
    except (InputError, WorkspaceError):
        return None
    same = _same_things(task.left, setup.left) and _same_things(task.right, setup.right)
    return one if same and _same_options(task.options, options_of(opened, wish), wish.method) else None


def kept_of(opened: Opened, name: str) -> KeptMatch | None:
    """The kept match of a name, None where there is none."""
    return next((one for one in kept_matches(opened.workspace) if one.name == name), None)


def instead_of(opened: Opened, setup: Setup) -> str:
    """What is kept of these two lists, which another match takes the place of; "" for nothing."""
    kept, wish = kept_of(opened, setup.name), setup.wish
    if kept is None:
        return ""
    alike = (kept.method, kept.model) == (wish.method, wish.model)
    other = "of other rows, texts or settings than are chosen now" if alike else "by another matcher or model"
    label = METHODS[kept.method].label if kept.method in METHODS else kept.method
    return (
        f"Of these lists a match is kept ({label}, {kept.made[:10]}), {other}: it is under “Kept matches”. Matching "
        "now takes its place. What was decided stays."
    )


def _same_things(kept: Side, now: Side) -> bool:
    """Whether a kept side holds what there is now: the same things with the same texts, by the same column."""
    return (kept.text, kept.keys, kept.texts, kept.encoder) == (now.text, now.keys, now.texts, now.encoder)


def _same_options(settled: Mapping[str, object], given: Mapping[str, str], method: str) -> bool:
    usual = {option.name: written(option.default) for option in METHODS[method].options}
    return {name: written(value) for name, value in settled.items()} == {**usual, **given}


def job_arguments(opened: Opened, setup: Setup) -> list[str]:
    """`explorer match …` for a wish."""
    wish = setup.wish
    args = ["match", _argument(opened, wish.left), *([] if setup.same else [_argument(opened, wish.right)])]
    args += ["--method", wish.method, "--model", wish.model, "--keep", setup.name, "--workspace", str(opened.path)]
    for option, kind, value in (
        ("--left-column", wish.left, wish.left_text),
        ("--right-column", wish.right, wish.right_text),
    ):
        args += [option, value] if value and kind not in (SAME,) else []
    sides = {"left": wish.left, "right": wish.right}
    of_columns = [which for which, word in sides.items() if word.startswith(f"{COLUMNS}:")]
    args += ["--columns", "both" if len(of_columns) == 2 else of_columns[0]] if of_columns else []
    for name, value in options_of(opened, wish).items():
        args += ["--set", f"{name}={value}"]
    return args


def _argument(opened: Opened, word: str) -> str:
    """A source as the command takes it."""
    kind, _, rest = word.partition(":")
    if word == ITEMS:
        return str(opened.path)
    return str(source_path(opened, word)) if kind in (FILE, COLUMNS, SHOP) else rest


def note_of(matched: Matched) -> str:
    """What a matcher tells of itself, in a line."""
    return " · ".join(f"{plain(name)}: {plain(value)}" for name, value in matched.pairs.about.items())
