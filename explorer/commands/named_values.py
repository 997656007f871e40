"""Settings as people type them: `--set NAME=VALUE`."""

from collections.abc import Sequence

from explorer.base.errors import InputError


def named_values(given: Sequence[str] | None, option: str = "--set") -> dict[str, str]:
    """Values by name; InputError for one without a name or a value."""
    found = {}
    for one in given or ():
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise InputError(f"{option}: expected NAME=VALUE, got {one!r:.80}.")
        found[name.strip()] = value.strip()
    return found
