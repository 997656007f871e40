"""What a disk that is full, or may not be written to, means for people."""

import errno

from explorer.io.sqlite import SqliteError

DISK_ERRORS = (OSError, SqliteError)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LOCKED = (errno.EACCES, errno.EPERM, errno.EROFS)
SAYS_FULL = ("no space left", "file too large", "disk is full", "quota exceeded")
SAYS_LOCKED = ("readonly database", "unable to open database", "read-only file system")


def disk_message(error: BaseException) -> str:
    """What to tell people when a disk is full or a place may not be used; "" for every other error."""
    if not isinstance(error, DISK_ERRORS):
        return ""
    number, text = getattr(error, "errno", None), str(error).lower()
    place = str(getattr(error, "filename", None) or "A file")
    if number in FULL or any(words in text for words in SAYS_FULL):
        return (
            f"The disk is full: {place} could not be written. What was finished is kept; free some space and try again."
        )
    if number in LOCKED or any(words in text for words in SAYS_LOCKED):
        why = getattr(error, "strerror", None) or str(error)
        return f"{place} cannot be used: {why}. Allow this user to read and write there, or choose another folder."
    return ""
