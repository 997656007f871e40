"""A language model behind an endpoint: asked, logged, replayed; what goes wrong is a sentence."""

import json
import math
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer.base.errors import InputError, ModelError, Refused
from explorer.base.permission import Actor, Role, acting
from explorer.base.progress import Silent
from explorer.features.match.language_model.answers import Answer, answer_of, shares
from explorer.features.match.language_model.asking import LanguageModel
from explorer.features.match.language_model.endpoint import Endpoint, current_endpoint, named_endpoint, using
from explorer.features.match.language_model.log import Log
from tests.features.match.language_model.scripted import Answering, Reply, said, scripted

SECRET = "sk-very-secret"


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "MODEL", "KEY", "LOG", "REPLAY"):
        monkeypatch.delenv(f"EXPLORER_LLM_{name}", raising=False)


def ask(answering: Answering, log: Path, **changes: Any) -> tuple[Answer, list[dict[str, Any]]]:
    with scripted(answering) as (url, seen):
        endpoint = named_endpoint(url, "tiny", SECRET, log=log)
        assert endpoint is not None
        model = LanguageModel(replace(endpoint, **{"pauses_s": (0.0, 0.0), **changes}))
        try:
            return model.ask(model.request("be short", "yes?", words=4, probabilities=True)), seen
        finally:
            model.close()


def test_it_is_asked_with_the_key_and_the_answer_is_logged_without_it(tmp_path: Path) -> None:
    heads: list[dict[str, str]] = []

    def answering(request: dict[str, Any], headers: dict[str, str]) -> Reply:
        heads.append(headers)
        return said("Yes.", {"Yes": -0.1, " no": -2.0, "maybe": -4.0})

    answer, seen = ask(answering, tmp_path / "deep" / "log.jsonl")
    assert heads[0]["path"] == "/v1/chat/completions"
    assert heads[0]["Authorization"] == f"Bearer {SECRET}"
    assert seen[0]["model"] == "tiny" and seen[0]["temperature"] == 0
    assert seen[0]["messages"][1] == {"role": "user", "content": "yes?"}
    yes, no = math.exp(-0.1), math.exp(-2.0)
    assert shares(answer, ("yes", "no")) == pytest.approx([yes / (yes + no), no / (yes + no)])
    logged = (tmp_path / "deep" / "log.jsonl").read_text()
    assert SECRET not in logged and json.loads(logged)["request"] == seen[0]


def test_what_is_logged_is_not_asked_again_and_is_replayed_without_network(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    first, _ = ask(lambda request, _: said("no", {"no": -0.2}), log)
    again, seen = ask(lambda request, _: (500, "gone"), log)
    assert again == first and not seen
    endpoint = named_endpoint(replay=log)
    assert endpoint is not None and endpoint.model == "tiny"
    model = LanguageModel(endpoint)
    assert model.ask(model.request("be short", "yes?", words=4, probabilities=True)) == first
    with pytest.raises(ModelError, match="log.jsonl holds no answer to this request for 'tiny': 'another question'"):
        model.ask(model.request("be short", "another question", words=4))
    assert model.asked == 0


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ((401, "bad key sk-very-secret"), r"refused the key \(401\). Set EXPLORER_LLM_KEY"),
        ((404, '{"error": "model not found"}'), r"knows no model 'tiny'.*Set EXPLORER_LLM_MODEL.*model not found"),
        ((418, f"echo {SECRET}"), r"status 418. It said: 'echo …'"),
        ((200, "<html>a page</html>"), "something that is no JSON: '<html>"),
        ((200, "[1, 2]"), "JSON that is no object"),
        ((200, '{"choices": []}'), "answered without a text"),
        ((200, '{"choices": [{"message": {"content": null}}]}'), "answered without a text"),
        ((200, b"\xff\xfe"), "no JSON"),
        ((503, "busy"), "status 503"),
    ],
)
def test_what_goes_wrong_is_said_and_not_logged(reply: Reply, message: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        ask(lambda request, _: reply, tmp_path / "log.jsonl")
    assert SECRET not in str(caught.value)
    assert not (tmp_path / "log.jsonl").exists()


def test_a_busy_endpoint_is_asked_again(tmp_path: Path) -> None:
    replies = [(429, "slow down"), (503, "busy"), said("yes")]
    answer, seen = ask(lambda request, _: replies.pop(0), tmp_path / "log.jsonl")
    assert answer.text == "yes" and len(seen) == 3


def test_one_that_gives_no_probabilities_is_asked_without_them(tmp_path: Path) -> None:
    def answering(request: dict[str, Any], _: dict[str, str]) -> Reply:
        return (400, "logprobs is not supported") if "logprobs" in request else said("B) the second")

    answer, seen = ask(answering, tmp_path / "log.jsonl")
    assert len(seen) == 2 and answer.first == {}
    assert shares(answer, ("A", "B", "C")) == [0, 1, 0]
    assert shares(answer, ("yes", "no")) == [0, 0]


def test_a_silent_and_an_absent_endpoint(tmp_path: Path) -> None:
    done = threading.Event()

    def answering(request: dict[str, Any], _: dict[str, str]) -> Reply:
        done.wait(5)
        return said("late")

    with pytest.raises(ModelError, match=r"gave no answer within 0\.2 seconds"):
        try:
            ask(answering, tmp_path / "log.jsonl", timeout_s=0.2)
        finally:
            done.set()
    with scripted(lambda request, _: said("x")) as (url, _):
        pass
    endpoint = named_endpoint(url, "tiny", log=tmp_path / "log.jsonl")
    assert endpoint is not None
    with pytest.raises(ModelError, match="cannot be reached.*EXPLORER_LLM_URL"):
        model = LanguageModel(endpoint)
        try:
            model.ask(model.request("a", "b", words=1))
        finally:
            model.close()


def test_many_come_back_in_their_order_and_a_viewer_may_only_see_what_is_kept(tmp_path: Path) -> None:
    def answering(request: dict[str, Any], _: dict[str, str]) -> Reply:
        return said("answer to " + request["messages"][1]["content"])

    with scripted(answering) as (url, seen):
        endpoint = named_endpoint(url, "tiny", log=tmp_path / "log.jsonl")
        assert endpoint is not None
        model = LanguageModel(endpoint)
        requests = [model.request("s", str(number), words=4) for number in range(9)]
        with acting(Actor(Role.VIEWER, "guest")), pytest.raises(Refused):
            model.ask_all(requests, "asking", Silent())
        assert not seen
        found = model.ask_all(requests, "asking", Silent())
        assert [one.text for one in found] == [f"answer to {number}" for number in range(9)]
        with acting(Actor(Role.VIEWER, "guest")):
            assert model.ask_all(requests, "asking", Silent()) == found
        model.close()
    assert len(seen) == 9 and len(Log(tmp_path / "log.jsonl")) == 9


def test_what_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert named_endpoint() is None and current_endpoint() is None
    monkeypatch.setenv("EXPLORER_LLM_URL", "http://localhost:1234/v1/")
    with pytest.raises(InputError, match="Which model of http://localhost:1234/v1/"):
        named_endpoint()
    monkeypatch.setenv("EXPLORER_LLM_MODEL", "tiny")
    monkeypatch.setenv("EXPLORER_LLM_KEY", SECRET)
    named = current_endpoint()
    assert named is not None and named.url == "http://localhost:1234/v1/chat/completions" and named.key == SECRET
    assert SECRET not in repr(named)
    other = Endpoint(url="http://x/chat/completions", model="m", log=tmp_path / "l")
    with using(other):
        assert current_endpoint() == other
    assert current_endpoint() == named
    monkeypatch.setenv("EXPLORER_LLM_REPLAY", str(tmp_path / "none"))
    assert current_endpoint() == named  # an address that is named is asked
    monkeypatch.delenv("EXPLORER_LLM_URL")
    with pytest.raises(InputError, match="expected a log of a language model to replay"):
        current_endpoint()
    monkeypatch.setenv("EXPLORER_LLM_URL", "http://me:password@host/v1")
    told = current_endpoint()
    assert told is not None and told.host == "host"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "localhost:11434", "http://", "http://[::1", "ftp://x/v1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(InputError, match="expected an address such as"):
        named_endpoint(url, "tiny")


def test_a_key_that_cannot_be_sent() -> None:
    with pytest.raises(InputError, match="EXPLORER_LLM_KEY: expected a key of plain letters"):
        named_endpoint("http://x", "tiny", "schlüssel")


def test_a_log_that_a_stop_has_cut_and_one_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    line = json.dumps({"request": {"model": "tiny", "q": 1}, "answer": {"a": 1}})
    path.write_text(line + "\n" + line[:20])
    log = Log(path)
    assert len(log) == 1
    log.add({"model": "tiny", "q": 2}, {"a": 2})
    assert len(Log(path)) == 2  # the next line begins a line of its own
    path.write_text(f"{line}\n[1]\n{line}\n")
    with pytest.raises(InputError, match="log.jsonl, line 2: expected a JSON object with “request” and “answer”"):
        Log(path)
    path.write_text("{" * 5000 + "\n")
    with pytest.raises(InputError, match="line 1"):
        Log(path)
    path.write_text(f"{line}\n{line.replace('tiny', 'large')}\n")
    with pytest.raises(InputError, match="which model shall answer.*large, tiny"):
        named_endpoint(replay=path)


def test_odd_probabilities_are_none() -> None:
    choice: dict[str, Any] = {"message": {"content": "A"}}
    for odd in ("x", {"content": [{"token": "A"}]}, {"content": [3]}, {"content": [{"token": "A", "logprob": "much"}]}):
        assert answer_of({"choices": [{**choice, "logprobs": odd}]}, "here").first == {}
    spaced = {"content": [{"token": "\n", "logprob": 0.0}, {"token": " A", "logprob": -0.5}]}
    assert answer_of({"choices": [{**choice, "logprobs": spaced}]}, "here").first == {" A": -0.5}
