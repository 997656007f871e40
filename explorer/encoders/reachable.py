"""Whether the model hub can be reached, found out in the background, so that no page waits for it.

A connection to the hub's address is opened and closed again; nothing is sent over it. HF_HUB_OFFLINE turns it off.
"""

import socket
import threading
import time
from urllib.parse import urlsplit

from explorer.encoders.hub import endpoint, is_offline

AGAIN_S, TIMEOUT_S = 600.0, 3.0
PORTS = {"http": 80, "https": 443}


class HubWatch:
    """What is known about the hub; at most one look in `AGAIN_S` seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_s = float("-inf")
        self._answer: bool | None = None

    def reachable(self) -> bool | None:
        """Whether the hub could be reached lately; None while nobody knows. The first call starts to look."""
        if is_offline():
            return False
        with self._lock:
            if time.monotonic() - self._looked_s > AGAIN_S:
                self._looked_s = time.monotonic()
                threading.Thread(target=self._look, daemon=True, name="hub").start()
            return self._answer

    def _look(self) -> None:
        self._answer = can_connect(endpoint())


def can_connect(address: str) -> bool:
    """Whether a connection to the host of an http address can be made within three seconds."""
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or PORTS.get(parts.scheme, 443)), TIMEOUT_S):
            return True
    except (OSError, ValueError):
        return False


WATCH = HubWatch()
"""The hub as this process knows it."""
