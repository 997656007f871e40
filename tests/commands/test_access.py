"""`explorer keys`, `explorer audit`, `explorer judgments campaign link`."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from typer.testing import CliRunner

from explorer.app.access.keys import the_keys
from explorer.commands.judgments import app as judgments
from explorer.commands.main import app
from explorer.features.judgments.asking.invitations import invitation, personal_key
from explorer.features.judgments.service import find_campaign, make_campaign
from explorer.features.judgments.settings import Settings
from explorer.io.audit import note
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared


@pytest.fixture
def home(image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_HOME", str(image_workspace.path.parents[1]))
    return image_workspace.path.parents[1]


def told(*arguments: str) -> str:
    done = CliRunner().invoke(judgments if arguments[0] == "campaign" else app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.output


def test_keys_are_shown_and_replaced(home: Path) -> None:
    first = told("keys", "--url", "http://photos.example/")
    assert f"http://photos.example/enter?key={the_keys().organiser}" in first
    assert told("keys", "--url", "http://photos.example") == first
    second = told("keys", "--new")
    assert the_keys().viewer in second and the_keys().viewer not in first


def test_the_log_is_printed_a_line_an_entry(home: Path) -> None:
    assert told("audit") == "Nothing was noted yet.\n"
    told("keys")
    note("delete", "photos\n2026-01-01 00:00:00  organiser ann: delete all\x1b[2J")
    lines = told("audit").splitlines()
    assert len(lines) == 2 and "make keys" in lines[0] and "delete photos?2026" in lines[1] and "\x1b" not in lines[1]
    assert told("audit", "--last", "1").splitlines() == lines[1:]


def test_links_let_into_their_campaign(home: Path, image_workspace: Workspace) -> None:
    opened = open_shared(image_workspace.path)
    make_campaign(opened, "Hues", Settings(task="odd_one_out", questions=2), list(opened.dataset.ids))
    make_campaign(opened, "Own", Settings(task="odd_one_out", questions=2, personal=True), list(opened.dataset.ids))
    hues, own = find_campaign(opened, "Hues"), find_campaign(opened, "Own")
    assert opened_by(told("campaign", "link", "pictures", "Hues")) == (
        "/answer/pictures/Hues",
        {"key": invitation(hues)},
    )
    ann, bo = told("campaign", "link", "pictures", "Own", "--person", "Ann B", "--person", "Bo").splitlines()
    assert [opened_by(one) for one in (ann, bo)] == [
        ("/answer/pictures/Own", {"who": personal_key(own, "Ann B")}),
        ("/answer/pictures/Own", {"who": personal_key(own, "Bo")}),
    ]
    refused = CliRunner().invoke(judgments, ["campaign", "link", "pictures", "Own"])
    assert refused.exit_code and "Name whom the link is for" in str(refused.exception)


def opened_by(line: str) -> tuple[str, dict[str, str]]:
    found = urlsplit(line.rpartition("\t")[2].strip())
    return found.path, dict(parse_qsl(found.query))
