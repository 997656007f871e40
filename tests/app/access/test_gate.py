"""Every route as every role, with the right and a foreign host, from its own pages and from another's."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from explorer.app.access import rates
from explorer.app.access.gate import Gate, gate
from explorer.app.access.headers import SAFETY
from explorer.app.access.hosts import hosts_of
from explorer.app.access.keys import the_keys
from explorer.app.access.passes import PASS, sign, unsign
from explorer.app.access.rates import WRONG_KEYS, Rate
from explorer.app.server.routes import routes
from explorer.base.permission import Role
from explorer.base.settings import served_hosts
from explorer.features.judgments.asking.coming_in import OUTSIDE
from explorer.features.judgments.asking.invitations import invitation, link, personal_key
from explorer.features.judgments.asking.people import names, people
from explorer.features.judgments.asking.tickets import read_ticket, ticket
from explorer.features.judgments.service import find_campaign, make_campaign
from explorer.features.judgments.settings import Campaign, Settings
from explorer.features.judgments.store import judgment_store
from explorer.io.audit import read_log
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared
from tests.features.judgments.someone import add_people

HERE = "http://localhost:8501"
ROLES = (Role.ORGANISER, Role.VIEWER, Role.NOBODY)
YES, LOCKED, OUT = "passed on", 401, 403

# By route: method, path, and what an organiser, a viewer and nobody get. People who take part in a campaign have no
# role here: what they may is in the ticket that goes with each request.
TABLE: list[tuple[Any, ...]] = [
    ("GET", "/", YES, YES, LOCKED),
    ("GET", "/Explore", YES, YES, LOCKED),
    ("GET", "/Annotate", YES, YES, LOCKED),
    ("GET", "/no/such/page", YES, YES, LOCKED),
    ("POST", "/Explore", YES, OUT, LOCKED),
    ("WS", "/_stcore/stream", YES, YES, LOCKED),
    ("WS", "/item/pictures/0", YES, OUT, LOCKED),
    ("GET", "/_stcore/health", YES, YES, YES),
    ("GET", "/_stcore/host-config", YES, YES, YES),
    ("GET", "/static/js/index.js", YES, YES, YES),
    ("GET", "/component/some.component/index.html", YES, YES, YES),
    ("GET", "/_stcore/bidi-components/some/index.js", YES, YES, YES),
    ("GET", "/favicon.png", YES, YES, YES),
    ("GET", "/_stcore/metrics", YES, OUT, LOCKED),
    ("POST", "/_stcore/agent/interact", YES, OUT, LOCKED),
    ("GET", "/_stcore/anything-new", YES, OUT, LOCKED),
    ("PUT", "/_stcore/upload_file/session/file", YES, YES, LOCKED),
    ("DELETE", "/_stcore/upload_file/session/file", YES, YES, LOCKED),
    ("GET", "/media/abc.png", YES, YES, LOCKED),
    ("GET", "/thumbs/pictures/0", YES, YES, LOCKED),
    ("GET", "/image/pictures/0", YES, YES, LOCKED),
    ("GET", "/item/pictures/0", YES, YES, LOCKED),
    ("GET", "/neighbours/pictures/0?model=pocket", YES, YES, LOCKED),
    ("GET", "/values/pictures?column=year", YES, YES, LOCKED),
    ("GET", "/elites/pictures/run/atlas", YES, YES, LOCKED),
    ("POST", "/labels/pictures", YES, OUT, LOCKED),
    ("POST", "/matches/pictures", YES, OUT, LOCKED),
    ("POST", "/judgments/pictures", YES, YES, YES),  # the ticket inside decides
    ("POST", "/judgments/pictures/join", YES, YES, YES),  # the key, code or link inside decides
    ("GET", "/answer/pictures/Colours", YES, YES, YES),  # the page alone: no data
    ("GET", "/answer-page/0/page.js", YES, YES, YES),
    ("GET", "/auth/login", YES, YES, YES),
    ("GET", "/oauth2callback", YES, YES, YES),
]


@dataclass
class Door:
    """A small server behind the gate. reached: what came through."""

    client: TestClient
    reached: list[str]
    campaign: Campaign
    inner: "Inner"

    def cookies(self, role: Role) -> str:
        """The Cookie header of a browser of this role."""
        secret = the_keys().secret
        return f"{PASS}={sign(secret, PASS, role)}" if role is not Role.NOBODY else ""

    def ask(self, method: str, path: str, role: Role = Role.NOBODY, **headers: str) -> Any:
        """ "passed on", or the status of the refusal."""
        self.reached.clear()
        sent = {"host": "localhost:8501", "cookie": self.cookies(role)} | headers
        if method == "WS":
            try:
                with self.client.websocket_connect(path, headers=sent):
                    return YES
            except WebSocketDisconnect:
                return LOCKED if role is Role.NOBODY else OUT
        answer = self.client.request(method, path, headers={"content-length": "0"} | sent, follow_redirects=False)
        assert {name: answer.headers[name] for name in SAFETY} == SAFETY
        return YES if self.reached else answer.status_code


class Inner:
    """What stands behind the gate: it notes what comes through."""

    def __init__(self, app: Any, reached: list[str]) -> None:
        self.app, self.reached = app, reached

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached.append(scope["path"])
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
        else:
            await self.app(scope, receive, send)


def behind_gate(inner: Inner) -> Gate:
    """The app as `gate` mounts it."""
    mounted: object = gate()[0].cls
    assert mounted is Gate
    return Gate(inner, hosts_of(*served_hosts()))


@pytest.fixture
def door(image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    monkeypatch.setenv("EXPLORER_HOME", str(image_workspace.path.parents[1]))
    monkeypatch.setenv("EXPLORER_KEYS", "1")
    for rate in (WRONG_KEYS, rates.JOINS):
        monkeypatch.setattr(rate, "_counts", type(rate._counts)())
        monkeypatch.setattr(rate, "_all", (0.0, 0.0))
    opened = open_shared(image_workspace.path)
    settings = Settings(task="odd_one_out", questions=2, code="sesame")
    campaign = make_campaign(opened, "Colours", settings, list(opened.dataset.ids[:5]))
    reached: list[str] = []
    inner = Inner(Starlette(routes=routes()), reached)
    yield Door(TestClient(behind_gate(inner), HERE, client=("10.0.0.9", 4)), reached, campaign, inner)


@pytest.mark.parametrize("at", range(len(ROLES)), ids=ROLES)
def test_a_route_is_reached_by_those_roles_alone_that_may(door: Door, at: int) -> None:
    own = {"origin": HERE, "sec-fetch-site": "same-origin"}
    for method, path, *expected in TABLE:
        assert door.ask(method, path, ROLES[at]) == expected[at], (method, path)
        assert door.ask(method, path, ROLES[at], **own) == expected[at], (method, path)


def test_the_whole_table_refuses_foreign_hosts_and_origins(door: Door) -> None:
    for method, path, *_ in [*TABLE, ("GET", "/enter"), ("GET", "/leave")]:
        for host in ("evil.example", "evil.example:8501", "localhost.evil.example", "8.8.8.8", "", "localhost:8501, b"):
            refused = OUT if method == "WS" else 421
            assert door.ask(method, path, Role.ORGANISER, host=host) == refused, (path, host)
        for origin in ("http://evil.example", "https://localhost.evil.example", "null", "http://localhost:9999"):
            assert door.ask(method, path, Role.ORGANISER, origin=origin) == OUT, (path, origin)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9000", "127.0.0.1:8501", "[::1]:8501", "localhost.:80"])
def test_loopback_names_are_answered_on_any_port(door: Door, host: str) -> None:
    assert door.ask("GET", "/", Role.VIEWER, host=host) == YES


def test_what_another_site_makes_a_browser_ask_is_refused_but_its_links_are_not(door: Door) -> None:
    for site in ("cross-site", "same-site"):
        image = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
        for path in ("/thumbs/pictures/0", "/item/pictures/0", "/media/a.png", "/"):
            assert door.ask("GET", path, Role.ORGANISER, **image) == OUT
        assert door.ask("GET", "/Explore", Role.ORGANISER, **image | {"sec-fetch-mode": "navigate"}) == YES
        for method, path in [("POST", "/judgments/pictures"), ("PUT", "/_stcore/upload_file/a/b")]:
            assert door.ask(method, path, Role.ORGANISER, **image | {"sec-fetch-mode": "navigate"}) == OUT


def test_a_name_that_is_given_is_answered_and_may_be_the_origin_behind_a_proxy(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_HOSTS", "photos.example")
    door.client = TestClient(behind_gate(door.inner), HERE)
    assert door.ask("GET", "/", Role.VIEWER, host="photos.example") == YES
    assert door.ask("WS", "/_stcore/stream", Role.VIEWER, origin="https://photos.example") == YES
    assert door.ask("WS", "/_stcore/stream", Role.VIEWER, origin="https://photos.example.evil") == OUT


def test_without_keys_this_computer_is_an_organiser_and_others_stay_out(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_KEYS", "")
    assert door.ask("GET", "/item/pictures/0") == OUT
    door.client = TestClient(door.client.app, HERE, client=("127.0.0.1", 4))
    assert door.ask("GET", "/item/pictures/0") == YES
    assert door.ask("GET", "/item/pictures/0", host="evil.example") == 421


def test_a_key_lets_in_and_leaves_the_address(door: Door) -> None:
    answer = door.client.get(f"/enter?key={the_keys().viewer}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly; SameSite=Lax" in answer.headers["set-cookie"] and "Secure" not in answer.headers["set-cookie"]
    assert door.client.get("/item/pictures/0").status_code == 200
    assert door.client.get("/_stcore/metrics").status_code == OUT
    secure = door.client.get(f"https://localhost/enter?key={the_keys().viewer}", follow_redirects=False)
    assert "; Secure" in secure.headers["set-cookie"]
    door.client.get("/leave")
    assert door.client.get("/item/pictures/0").status_code == LOCKED


def test_new_keys_end_the_old_ones_and_their_cookies(door: Door) -> None:
    from explorer.app.access.keys import keys_file, new_keys

    old, cookie = the_keys(), door.cookies(Role.ORGANISER)
    assert oct(keys_file().stat().st_mode & 0o777) == "0o600"
    new_keys()
    assert door.ask("GET", "/", cookie=cookie) == LOCKED
    assert door.client.get(f"/enter?key={old.organiser}", follow_redirects=False).status_code == LOCKED


def test_a_cookie_is_worth_nothing_when_it_was_changed_or_is_another_kind_or_old(door: Door) -> None:
    secret = the_keys().secret
    good = sign(secret, PASS, Role.VIEWER)
    forged = sign("another secret", PASS, Role.ORGANISER)
    for cookie in (good[:-1] + "x", good.split(".")[0], forged, sign(secret, "another", "organiser"), "", "."):
        assert door.ask("GET", "/", cookie=f"{PASS}={cookie}") == LOCKED
    assert unsign(secret, PASS, "é.x") is None
    assert door.ask("GET", "/", cookie=f"{PASS}={sign(secret, PASS, Role.VIEWER, now=0)}") == LOCKED


def test_wrong_keys_are_counted_by_address_and_the_right_one_has_to_wait_too(door: Door) -> None:
    assert [door.client.get("/enter?key=x").status_code for _ in range(WRONG_KEYS.each)] == [LOCKED] * WRONG_KEYS.each
    late = door.client.get(f"/enter?key={the_keys().organiser}", follow_redirects=False)
    assert late.status_code == 429 and int(late.headers["retry-after"]) > 0
    other = TestClient(door.client.app, HERE, client=("10.0.0.10", 4))
    assert other.get(f"/enter?key={the_keys().organiser}", follow_redirects=False).status_code == 303


def test_tries_come_back_with_time_and_all_together_have_a_limit() -> None:
    rate = Rate(each=2, total=3, seconds=60)
    assert [rate.take("a", now=0), rate.take("a", now=0), rate.take("a", now=0)] == [0, 0, 30]
    assert rate.take("a", now=30) == 0
    assert [rate.take(name, now=30) for name in "bcd"] == [0, 10, 10]


def joined(door: Door, workspace: str = "pictures", **given: Any) -> Any:
    return door.client.post(f"/judgments/{workspace}/join", json={"campaign": "Colours"} | given)


@pytest.mark.parametrize("secret", ["key", "code", "who"])
def test_a_link_lets_into_its_campaign_alone(door: Door, secret: str) -> None:
    values = {
        "key": invitation(door.campaign),
        "code": "sesame",
        "who": personal_key(door.campaign, "Ann"),
    }
    answer = joined(door, **{secret: values[secret]})
    assert answer.json()["state"] == "in" and "set-cookie" not in answer.headers
    assert joined(door, campaign="Another", **{secret: values[secret]}).status_code == OUT
    assert joined(door).status_code == LOCKED
    assert door.client.get("/item/pictures/0").status_code == LOCKED


def test_a_wrong_link_and_one_of_a_campaign_that_is_not_there_look_the_same(door: Door) -> None:
    places = [("pictures", "Colours"), ("pictures", "None"), ("nowhere", "Colours"), ("..%2f..", "Colours")]
    answers = [joined(door, ws, campaign=campaign, key="1") for ws, campaign in places[:3]]
    bodies = [
        {name: value for name, value in one.json().items() if name in ("state", "message", "wrong")} for one in answers
    ]
    assert bodies == [{"state": "code", "message": OUTSIDE, "wrong": True}] * 3
    pages = {door.client.get(f"/answer/{ws}/{campaign}").text for ws, campaign in places}
    assert len(pages) == 1 and "Colours" not in pages.pop()


def test_what_is_told_to_those_outside_names_nothing(door: Door) -> None:
    assert set(joined(door, key="1").json()) == {"state", "message", "wrong"}


def test_wrong_codes_are_counted_by_address(door: Door) -> None:
    statuses = [joined(door, code=str(number)).status_code for number in range(WRONG_KEYS.each + 1)]
    assert statuses == [OUT] * WRONG_KEYS.each + [503]
    assert joined(door, code="sesame").status_code == 503, "the right one has to wait, too"


def test_links_of_before_lead_to_the_campaigns_page(door: Door) -> None:
    address = "/Annotate?ws=pictures&campaign=A+B&PROLIFIC_PID=7&key=abc&person=Ann"
    answer = door.client.get(address, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/answer/pictures/A%20B?PROLIFIC_PID=7&key=abc")


def test_a_campaign_of_personal_links_takes_no_other(door: Door, image_workspace: Workspace) -> None:
    opened = open_shared(image_workspace.path)
    settings = Settings(task="odd_one_out", questions=2, code="sesame", personal=True)
    own = make_campaign(opened, "Own", settings, list(opened.dataset.ids[:5]))
    for given in ({"key": invitation(own)}, {"code": "sesame"}, {"who": personal_key(door.campaign, "Ann")}):
        assert joined(door, campaign="Own", **given).json()["state"] != "in"
    who = parse_qs(urlsplit(link(own, "pictures", "", "Ann")).query)["who"][0]
    assert joined(door, campaign="Own", who=who).json()["state"] == "in"


def test_a_person_is_known_by_their_ticket_or_link_and_never_by_a_name(door: Door, image_workspace: Workspace) -> None:
    store = judgment_store(image_workspace)
    first, second = (joined(door, code="sesame").json() for _ in range(2))
    keys = [read_ticket(store, one["ticket"])[1] for one in (first, second)]
    assert len(set(keys)) == 2 and all(len(key) == 16 for key in keys)
    again = joined(door, ticket=first["ticket"]).json()
    other_device = joined(door, own=first["own"]).json()
    assert [read_ticket(store, one["ticket"])[1] for one in (again, other_device)] == [keys[0]] * 2
    assert joined(door, own=f"{keys[0]}.{'0' * 32}").status_code == OUT
    for one in (first, second):
        said = {"kind": "step", "trial": "step.name", "answer": {"name": "Ann"}}
        door.client.post("/judgments/pictures", json={"ticket": one["ticket"], "responses": [said]})
    assert sorted(names(store, "Colours").values()) == ["Ann", "Ann (2)"]
    linked = [joined(door, who=personal_key(door.campaign, "Ann")).json()["ticket"] for _ in range(2)]
    assert linked[0] == linked[1] and read_ticket(store, linked[0])[1] not in keys


def test_what_a_recruiting_service_says_is_kept_and_nothing_else(door: Door, image_workspace: Workspace) -> None:
    joined(door, code="sesame", parameters={"PROLIFIC_PID": "p7", "utm": "x", "workerId": "w" * 500})
    kept = people(judgment_store(image_workspace), "Colours")[0].extra
    assert kept == {"PROLIFIC_PID": "p7", "workerId": "w" * 200}


def test_who_comes_with_another_id_in_the_same_browser_is_somebody_else(door: Door, image_workspace: Workspace) -> None:
    store = judgment_store(image_workspace)
    first = joined(door, code="sesame", parameters={"PROLIFIC_PID": "a"}).json()["ticket"]
    for parameters in ({}, {"PROLIFIC_PID": "a"}, {"STUDY_ID": "s"}):
        assert joined(door, ticket=first, parameters=parameters).json()["ticket"] == first
    second = joined(door, code="sesame", ticket=first, parameters={"PROLIFIC_PID": "b"}).json()["ticket"]
    assert second != first and len(people(store, "Colours")) == 2


def test_half_a_sign_is_refused(door: Door) -> None:
    typed = {"Content-Type": "application/json"}
    body = '{"campaign": "Colours", "code": "sesame", "language": "\\ud800"}'
    assert door.client.post("/judgments/pictures/join", content=body, headers=typed).status_code == 400


def test_somebody_deletes_their_own_answers(door: Door, image_workspace: Workspace) -> None:
    ticket_of = joined(door, code="sesame").json()["ticket"]
    body = {"ticket": ticket_of, "responses": [{"kind": "step", "trial": "step.name", "answer": {"name": "Ann"}}]}
    assert door.client.post("/judgments/pictures", json=body).status_code == 200
    assert door.client.post("/judgments/pictures", json={"ticket": ticket_of, "withdraw": True}).json() == {
        "state": "withdrawn"
    }
    assert judgment_store(image_workspace).events() == []
    late = door.client.post("/judgments/pictures", json=body)
    assert late.status_code == 400 and "was deleted" in late.json()["message"]
    assert ("annotator", "withdraw: their own answers") in [(one.role, one.did) for one in read_log()]


def test_without_keys_whoever_runs_the_server_takes_part_without_a_link(
    door: Door, monkeypatch: pytest.MonkeyPatch, image_workspace: Workspace
) -> None:
    opened = open_shared(image_workspace.path)
    make_campaign(opened, "Open", Settings(task="odd_one_out", questions=2), list(opened.dataset.ids[:5]))
    assert joined(door, campaign="Open").json()["state"] == "code"
    monkeypatch.setenv("EXPLORER_KEYS", "")
    door.client = TestClient(door.client.app, HERE, client=("127.0.0.1", 4))
    assert joined(door, campaign="Open").json()["state"] == "in"
    assert joined(door, campaign="Nothing").json()["message"] == "There is no campaign called 'Nothing'."
    assert joined(door).json()["state"] == "code", "an invitation code is asked of everybody"


def test_a_ticket_shows_the_pictures_that_its_campaign_asks_about(door: Door, image_workspace: Workspace) -> None:
    ids = list(open_shared(image_workspace.path).dataset.ids)
    shown = ticket(find_campaign(open_shared(image_workspace.path), "Colours"), "Ann")
    found = [door.ask("GET", f"/thumbs/pictures/{row}?size=64&t={shown}") for row in range(len(ids) + 1)]
    assert found == [YES] * 5 + [LOCKED] * (len(ids) - 4)
    for path in ("/thumbs/pictures/0?t=forged.ticket", f"/thumbs/other/0?t={shown}", f"/image/pictures/0?t={shown}"):
        assert door.ask("GET", path) == LOCKED


def test_a_viewer_uploads_a_picture_but_nothing_large(door: Door) -> None:
    path = "/_stcore/upload_file/a/b"
    assert door.ask("PUT", path, Role.VIEWER, **{"content-length": str(65 * 2**20)}) == 413
    assert door.ask("PUT", path, Role.ORGANISER, **{"content-length": str(65 * 2**20)}) == YES


def test_answers_come_no_faster_than_a_person_gives_them(
    door: Door, image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "ANSWERS", Rate(each=2, total=100, seconds=60))
    add_people(judgment_store(image_workspace), "Colours", "Ann", "Bo")
    for person in ("Ann", "Bo"):
        body = {"ticket": ticket(door.campaign, person), "responses": [], "wanted": 0}
        answers = [door.client.post("/judgments/pictures", json=body) for _ in range(3)]
        assert [one.status_code for one in answers] == [200, 200, 503]
        assert answers[-1].json()["state"] == "busy" and int(answers[-1].headers["retry-after"]) > 0


def test_a_session_holds_so_many_files_at_once(door: Door) -> None:
    from explorer.app.access.uploads import MOST_FILES

    asked = [door.ask("PUT", f"/_stcore/upload_file/a/{number}", Role.ORGANISER) for number in range(MOST_FILES + 1)]
    assert asked == [YES] * MOST_FILES + [429]
    door.ask("DELETE", "/_stcore/upload_file/a/3", Role.ORGANISER)
    assert door.ask("PUT", "/_stcore/upload_file/a/new", Role.ORGANISER) == YES
    assert door.ask("PUT", "/_stcore/upload_file/b/0", Role.ORGANISER) == YES


def test_damaged_keys_are_a_message(door: Door) -> None:
    from explorer.app.access.keys import keys_file, read_keys
    from explorer.base.errors import WorkspaceError

    Path(keys_file()).write_text(json.dumps({"schema": 1, "organiser": "short"}), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="explorer keys --new"):
        read_keys()
