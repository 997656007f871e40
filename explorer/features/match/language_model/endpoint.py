"""Which language model is asked: an endpoint that speaks as OpenAI's chat completions do, named by whoever runs this.

It is named by options of a command or by the environment, never from the browser: a visitor must not make the server
call addresses.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from explorer.base.errors import InputError
from explorer.base.settings import home
from explorer.features.match.language_model.log import Log

URL, MODEL, KEY = "EXPLORER_LLM_URL", "EXPLORER_LLM_MODEL", "EXPLORER_LLM_KEY"
LOG, REPLAY = "EXPLORER_LLM_LOG", "EXPLORER_LLM_REPLAY"
PATH = "/chat/completions"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A language model. url: where it is asked, "" for one that is only replayed. key: sent as a bearer token, never
    written anywhere. log: takes every request with its answer, a line of JSON each; what stands there is not asked
    again. replay: whether only the log answers, without any network. timeout_s: seconds that an answer may take.
    pauses_s: waits before it is asked again where it was busy.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    log: Path
    replay: bool = False
    timeout_s: float = 60.0
    pauses_s: tuple[float, ...] = (1.0, 5.0)

    @property
    def host(self) -> str:
        """For messages: where the model is, without anything secret."""
        return urlsplit(self.url).netloc.rpartition("@")[2] or self.log.name


def named_endpoint(
    url: str = "", model: str = "", key: str = "", *, log: Path | None = None, replay: Path | None = None
) -> Endpoint | None:
    """The language model that options or else the environment name; None when neither does.

    replay: a log that answers alone; the model is then the one it holds answers of. InputError for an address that is
    none, or a model without a name.
    """
    model = model or os.environ.get(MODEL, "")
    url = url or ("" if replay else os.environ.get(URL, ""))
    replay, log = replay or (None if url else _path(REPLAY)), log or _path(LOG)
    if replay is not None:
        if not replay.is_file():
            raise InputError(f"{replay}: expected a log of a language model to replay, found no file.")
        return Endpoint(url="", model=model or _only_model(replay), log=replay, replay=True)
    if not url:
        return None
    if not model:
        raise InputError(f"Which model of {url[:80]}? Set {MODEL} or give --llm-model.")
    key = (key or os.environ.get(KEY, "")).strip()
    if not (key.isascii() and key.isprintable()):
        raise InputError(f"{KEY}: expected a key of plain letters, digits and signs, got one with others.")
    return Endpoint(url=_checked(url), model=model, key=key, log=log or home() / "language_model" / "log.jsonl")


def _path(name: str) -> Path | None:
    value = os.environ.get(name, "")
    return Path(value).expanduser() if value else None


def _only_model(path: Path) -> str:
    """The model of the requests in a log; InputError where there are several or none."""
    names = sorted({str(request.get("model", "")) for request in Log(path).requests()})
    if len(names) != 1:
        told = ", ".join(names) or "none"
        raise InputError(f"{path.name}: which model shall answer? Set {MODEL} or give --llm-model; it holds {told}.")
    return names[0]


def _checked(url: str) -> str:
    """The address that is asked: `url`, with the path of chat completions behind it where it is missing."""
    try:
        parts = urlsplit(url.strip())
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise InputError(f"{URL}: expected an address such as http://localhost:11434/v1, got {url!r:.80}.")
    plain = url.strip().rstrip("/")
    return plain if plain.endswith(PATH) else plain + PATH


_current: ContextVar[Endpoint | None] = ContextVar("endpoint", default=None)


@contextmanager
def using(endpoint: Endpoint | None) -> Iterator[None]:
    """Within the block this language model is asked, whatever the environment names; None changes nothing."""
    token = _current.set(endpoint)
    try:
        yield
    finally:
        _current.reset(token)


def current_endpoint() -> Endpoint | None:
    """The language model that is asked now; None for none."""
    return _current.get() or named_endpoint()
