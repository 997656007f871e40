"""HDF5 files that may come from anyone: only what lies in the file itself, and never more than fits."""

from pathlib import Path
from typing import Any

from explorer.base.errors import InputError, LimitError

MOST_BYTES = 4 << 30  # of all arrays together, unpacked
MOST_OBJECTS = 100_000


def check_hdf5(file: Any, path: Path) -> None:
    """Look at all of an open h5py file; nothing of its arrays is read.

    Raises InputError for what leads to other files or places (soft and external links, external or virtual arrays),
    LimitError for arrays of more than 4 GiB, or more than 100,000 objects.
    """
    import h5py

    total = count = 0
    waiting: list[Any] = [file]
    while waiting:
        group = waiting.pop()
        for name in group:
            count += 1
            if count > MOST_OBJECTS:
                raise LimitError(f"{path.name}: expected at most {MOST_OBJECTS:,} objects in the file.")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise InputError(f"{path.name}: expected all data in the file itself, but {name[:60]!r} is a link.")
            held = group[name]
            if isinstance(held, h5py.Group):
                waiting.append(held)
            elif isinstance(held, h5py.Dataset):
                if held.is_virtual or held.external:
                    raise InputError(
                        f"{path.name}: expected all data in the file itself; {name[:60]!r} lies in others."
                    )
                total += held.size * held.dtype.itemsize if held.size else 0
    if total > MOST_BYTES:
        raise LimitError(f"{path.name}: expected at most {MOST_BYTES >> 30} GiB of arrays, got {total >> 20:,} MiB.")
