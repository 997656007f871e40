"""Asking a language model over HTTP, as OpenAI's chat completions are asked; every failure is a sentence."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from explorer.base.errors import ModelError
from explorer.base.permission import require
from explorer.base.progress import Progress
from explorer.features.match.language_model.answers import Answer, answer_of
from explorer.features.match.language_model.endpoint import KEY, MODEL, URL, Endpoint
from explorer.features.match.language_model.log import Log
from explorer.io.json_text import json_value

if TYPE_CHECKING:
    import httpx2

AT_ONCE = 4
ALTERNATIVES = 20
LOCAL = ("localhost", "127.0.0.1", "[::1]")
BUSY = (429, 500, 502, 503, 504)
T = TypeVar("T")


class LanguageModel:
    """A language model and its log. asked: so many requests went over the network."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint, self.log, self.asked = endpoint, Log(endpoint.log), 0
        self._client: httpx2.Client | None = None
        self._opening = Lock()

    def request(self, system: str, question: str, *, words: int, probabilities: bool = False) -> dict[str, Any]:
        """What is sent: two messages, no randomness, at most so many tokens."""
        told: dict[str, Any] = {
            "model": self.endpoint.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": question}],
            "temperature": 0,
            "max_tokens": words,
        }
        return {**told, "logprobs": True, "top_logprobs": ALTERNATIVES} if probabilities else told

    def kept(self, request: Mapping[str, Any]) -> Answer | None:
        """What was answered to this request before; None when it was not asked yet."""
        body = self.log.answer(request)
        return None if body is None else answer_of(body, self.endpoint.host)

    def ask(self, request: Mapping[str, Any]) -> Answer:
        """The answer from the log, else from the network. ModelError says what went wrong and what to do."""
        known = self.kept(request)
        if known is not None:
            return known
        if self.endpoint.replay:
            said = str(request["messages"][-1]["content"])[:120]
            raise ModelError(
                f"{self.endpoint.log.name} holds no answer to this request for {request['model']!r}: {said!r}. Replay "
                "with the same model, columns and settings, or ask the language model again."
            )
        body = self._fetched(request)
        found = answer_of(body, self.endpoint.host)
        self.log.add(request, body)
        return found

    def ask_all(self, requests: Sequence[Mapping[str, Any]], what: str, progress: Progress) -> list[Answer]:
        """The answers to some requests, in their order; a few are asked at the same time."""
        if not self.endpoint.replay and any(self.log.answer(one) is None for one in requests):
            require("run work")
        return together(self.ask, requests, what, progress)

    def _fetched(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The body of the answer; a busy endpoint is asked again after a pause."""
        for pause_s in (*self.endpoint.pauses_s, None):
            response = self._sent(request)
            if response.status_code not in BUSY or pause_s is None:
                break
            time.sleep(pause_s)
        if response.status_code == 400 and "logprob" in response.text.casefold() and "logprobs" in request:
            return self._fetched({k: v for k, v in request.items() if k not in ("logprobs", "top_logprobs")})
        return _body(response, self.endpoint)

    def _sent(self, request: Mapping[str, Any]) -> "httpx2.Response":
        import httpx2

        endpoint = self.endpoint
        self.asked += 1
        try:
            return self._opened().post(endpoint.url, json=dict(request))
        except httpx2.TimeoutException as error:
            raise ModelError(
                f"The language model at {endpoint.host} gave no answer within {endpoint.timeout_s:g} seconds. Is it "
                "loaded? What it answered so far is kept; the same again goes on from there."
            ) from error
        except httpx2.HTTPError as error:
            raise ModelError(
                f"The language model at {endpoint.host} cannot be reached ({type(error).__name__}). Is it running, and "
                f"is {URL} right?"
            ) from error

    def _opened(self) -> "httpx2.Client":
        """One client for all requests; a proxy is not asked for what runs on this computer."""
        import httpx2

        with self._opening:
            if self._client is None:
                local = self.endpoint.host.rpartition(":")[0] in LOCAL or self.endpoint.host in LOCAL
                headers = {"Authorization": f"Bearer {self.endpoint.key}"} if self.endpoint.key else {}
                self._client = httpx2.Client(timeout=self.endpoint.timeout_s, headers=headers, trust_env=not local)
            return self._client

    def close(self) -> None:
        """Close what is open to the endpoint."""
        if self._client is not None:
            self._client.close()
            self._client = None


def together(
    work: Callable[[Mapping[str, Any]], T], requests: Sequence[Mapping[str, Any]], what: str, progress: Progress
) -> list[T]:
    """`work` of each request, in their order, a few at the same time; the first error ends it."""
    found: list[T] = []
    progress.start(what, len(requests))
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for number, one in enumerate(pool.map(work, requests), start=1):
            found.append(one)
            progress.advance(number)
    finally:
        pool.shutdown(cancel_futures=True)
    progress.finish()
    return found


def _body(response: "httpx2.Response", endpoint: Endpoint) -> dict[str, Any]:
    status, host = response.status_code, endpoint.host
    told = response.text.replace(endpoint.key, "…") if endpoint.key else response.text
    said = " ".join(told.split())[:200]
    if status in (401, 403):
        raise ModelError(f"The language model at {host} refused the key ({status}). Set {KEY} to a valid one.")
    if status == 404:
        raise ModelError(
            f"The language model at {host} knows no model {endpoint.model!r} or no such address (404). "
            f"Set {MODEL} and {URL}. It said: {said!r}."
        )
    if status != 200:
        raise ModelError(f"The language model at {host} answered with status {status}. It said: {said!r}.")
    try:
        body = json_value(response.content)
    except (ValueError, UnicodeError) as error:
        raise ModelError(f"The language model at {host} answered with something that is no JSON: {said!r}.") from error
    if not isinstance(body, dict):
        raise ModelError(f"The language model at {host} answered with JSON that is no object: {said!r}.")
    return body
