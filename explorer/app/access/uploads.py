"""How many files one session of a browser may bring before it lets some go."""

from collections import OrderedDict
from dataclasses import dataclass, field

from explorer.app.access.asked import Asked
from explorer.app.access.rules import Refusal

MOST_FILES = 50
SESSIONS = 2000


@dataclass
class UploadCount:
    """The files that each session put up and did not remove; they are kept in memory."""

    _files: OrderedDict[str, set[str]] = field(default_factory=OrderedDict)

    def refusal(self, asked: Asked) -> Refusal | None:
        """Count what is brought or removed; a refusal for one file too many."""
        parts = asked.path.split("/")[3:]
        if len(parts) != 2 or asked.method not in ("PUT", "POST", "DELETE"):
            return None
        session, file = parts
        files = self._files.setdefault(session, set())
        self._files.move_to_end(session)
        while len(self._files) > SESSIONS:
            self._files.popitem(last=False)
        if asked.method == "DELETE":
            files.discard(file)
            return None
        if len(files) >= MOST_FILES and file not in files:
            return Refusal(429, f"Expected at most {MOST_FILES} files at once. Remove some, or reload the page.")
        files.add(file)
        return None
