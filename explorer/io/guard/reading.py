"""Reading a source in a process of its own, such as a job: never more memory than most of what the machine has."""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from explorer.base.errors import LimitError

SHARE, LEAST = 0.75, 2 << 30
OF_THE_GROUP = Path("/sys/fs/cgroup/memory.max")  # what a container may have


@contextmanager
def limited_memory(name: str) -> Iterator[None]:
    """Within it this process gets at most three quarters of the machine's memory; LimitError about the file `name`.

    For Linux; elsewhere the system decides.
    """
    before = resource.getrlimit(resource.RLIMIT_DATA)
    most = max(int(SHARE * machine_memory()), LEAST)
    if sys.platform == "linux":
        soft = most if before[0] == resource.RLIM_INFINITY else min(most, before[0])
        resource.setrlimit(resource.RLIMIT_DATA, (soft, before[1]))
    try:
        yield
    except MemoryError as error:
        held = f"{most / 2**30:.0f} GiB of memory"
        raise LimitError(
            f"{name}: reading it takes more than {held}, most of what is here. Bring it in parts."
        ) from error
    finally:
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_DATA, before)


def machine_memory() -> int:
    """Bytes of memory of this machine, or of the container that this process runs in."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(whole, int(OF_THE_GROUP.read_text(encoding="utf-8")))
    except (OSError, ValueError):  # no group, or "max"
        return whole
