"""Anonymous captions from a chat model: any endpoint that speaks OpenAI's chat completions. Off by default.

Only whoever starts the server or the command names the endpoint, by EXPLORER_CHAT_URL, EXPLORER_CHAT_MODEL and
EXPLORER_CHAT_KEY, or by options; nothing that is typed in a browser does. Every prompt and answer is appended to
<workspace>/chat_captions.jsonl, and a prompt that stands there is answered from it without a call.
"""

import json
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Progress
from explorer.features.relational.anonymise import Anonymous, leftovers, read_lexicon

URL, MODEL, KEY = "EXPLORER_CHAT_URL", "EXPLORER_CHAT_MODEL", "EXPLORER_CHAT_KEY"
LOG = "chat_captions.jsonl"
RETRIED = (408, 409, 429, 500, 502, 503, 504)
LONGEST_ANSWER, LONGEST_BODY = 500, 1_000_000
PROMPT = (
    "Rewrite the caption so that it says only the relation or logic of the picture. Replace every concrete noun, name, "
    "colour, material and number by a typed slot in braces, such as {Animal}, {Object}, {Person}, {Place}. Keep what "
    "says how things stand to each other. Answer with the rewritten caption alone.\n\n"
    "Caption: two red dogs chasing a cat on the beach\nAnswer: {Animals} chasing {Other Animal} in {Place}\n\n"
    "Caption: CAPTION\nAnswer:"
)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where to ask. url: up to and without /chat/completions. key: never written to the log; "" for none.

    retries: further tries after a busy or broken answer, waiting `pause_s`, then twice as long, and so on.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 60.0
    retries: int = 3
    pause_s: float = 1.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"{URL}: expected an address such as http://localhost:11434/v1, got {self.url!r}.")
        if not self.model.strip():
            raise InputError(f"{MODEL}: expected the name of a model at {self.url}, got none.")


def configured(url: str = "", model: str = "") -> Endpoint | None:
    """The endpoint of the options or the environment; None when there is none, which is the default."""
    url = url or os.environ.get(URL, "")
    if not url:
        return None
    return Endpoint(url=url.rstrip("/"), model=model or os.environ.get(MODEL, ""), key=os.environ.get(KEY, ""))


class ChatWriter:
    """Makes captions anonymous by asking an endpoint, with a log on disk to replay from."""

    def __init__(self, endpoint: Endpoint, log: Path) -> None:
        self.endpoint, self.log = endpoint, log
        self.known = _read_log(log)
        self.calls = 0

    def __call__(self, texts: list[str], progress: Progress) -> list[Anonymous]:
        """Anonymous captions with what the word list finds left over in the model's answers."""
        lexicon, found = read_lexicon(), []
        progress.start(f"Asking {self.endpoint.model}", len(texts))
        for done, text in enumerate(texts, 1):
            answer = self.answer(text)
            found.append(Anonymous(answer, leftovers(answer, lexicon)))
            progress.advance(done)
        progress.finish()
        return found

    def answer(self, caption: str) -> str:
        """The endpoint's answer for one caption, from the log when it is there."""
        prompt = PROMPT.replace("CAPTION", " ".join(caption.split()))
        key = blake2b(f"{self.endpoint.model}\n{prompt}".encode(), digest_size=12).hexdigest()
        if key not in self.known:
            answer = _clean(self._ask(prompt))
            self.log.parent.mkdir(parents=True, exist_ok=True)
            entry = {"key": key, "model": self.endpoint.model, "url": self.endpoint.url, "prompt": prompt}
            with self.log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry | {"answer": answer, "time": round(time.time())}) + "\n")
            self.known[key] = answer
        return self.known[key]

    def _ask(self, prompt: str) -> str:
        problem = ""
        for attempt in range(self.endpoint.retries + 1):
            if attempt:
                time.sleep(self.endpoint.pause_s * 2 ** (attempt - 1))
            try:
                return self._once(prompt)
            except urllib.error.HTTPError as error:
                problem = f"HTTP {error.code} {error.reason}"
                if error.code not in RETRIED:
                    raise self._failed(problem) from error
            except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
                problem = str(getattr(error, "reason", error))
        raise self._failed(f"{problem}, after {self.endpoint.retries + 1} tries")

    def _once(self, prompt: str) -> str:
        self.calls += 1
        body = {"model": self.endpoint.model, "messages": [{"role": "user", "content": prompt}], "temperature": 0}
        headers = {"Content-Type": "application/json"}
        if self.endpoint.key:
            headers["Authorization"] = f"Bearer {self.endpoint.key}"
        url = f"{self.endpoint.url}/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=self.endpoint.timeout_s) as response:
            raw = response.read(LONGEST_BODY)
        try:
            return str(json.loads(raw)["choices"][0]["message"]["content"])
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise self._failed(f"an answer that is no chat completion: {raw[:120]!r}") from error

    def _failed(self, why: str) -> ModelError:
        return ModelError(
            f"The endpoint {self.endpoint.url} did not answer as expected ({why}). Check {URL}, {MODEL} and {KEY}. "
            f"Answers so far are kept in {self.log.name}; the same command goes on from there."
        )


def _clean(answer: str) -> str:
    """One line, without quotes; ModelError when there is nothing, or far too much."""
    line = next((line.strip() for line in answer.splitlines() if line.strip()), "").strip("\"'“”")
    line = line.removeprefix("Answer:").strip()
    if not line or len(line) > LONGEST_ANSWER:
        raise ModelError(f"The model answered with {len(line)} characters; expected one short caption: {line[:80]!r}.")
    return line


def _read_log(path: Path) -> dict[str, str]:
    """Answers by key; a line that a kill has cut is left out."""
    found: dict[str, str] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").split("\n"):
            entry = _entry(line)
            if entry:
                found[entry["key"]] = entry["answer"]
    return found


def _entry(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) and "key" in value and "answer" in value else {}
