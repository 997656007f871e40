"""Small pictures that were shown a moment ago, in memory: people of one campaign are shown the same ones."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from starlette.requests import Request

from explorer.base.settings import workspaces_root

SECONDS, MOST_BYTES, LONGEST_VERSION = 30.0, 32 << 20, 64
Key = tuple[str, str, str, str]


def key_of(request: Request) -> Key | None:
    """What stands for the picture that is asked for; None for one without a version (v): it may change at any time."""
    size, version = (request.query_params.get(name, "") for name in ("size", "v"))
    if not version or len(version) > LONGEST_VERSION:
        return None
    return str(workspaces_root()), request.url.path, size, version


@dataclass
class ShownPictures:
    """Pictures by their key, the one that was asked for longest ago first; each is looked up anew after SECONDS."""

    most: int = MOST_BYTES
    _kept: OrderedDict[Key, tuple[float, bytes]] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: Key, now: float | None = None) -> bytes:
        """A picture that was shown a moment ago, b"" for another. now: `time.monotonic` in tests."""
        with self._lock:
            until, picture = self._kept.get(key, (0.0, b""))
            if until < (time.monotonic() if now is None else now):
                self._drop(key)
                return b""
            self._kept.move_to_end(key)
            return picture

    def keep(self, key: Key, picture: bytes, now: float | None = None) -> None:
        """Keep a picture for those who ask for it next."""
        with self._lock:
            self._drop(key)
            self._kept[key] = ((time.monotonic() if now is None else now) + SECONDS, picture)
            self._size += len(picture)
            while self._size > self.most:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        _, picture = self._kept.pop(key, (0.0, b""))
        self._size -= len(picture)
