"""Errors that a user can meet, each with a message that says what was expected and what to do.

ExplorerError
├── InputError        a file, table, row or query that the user gave
│   └── LimitError    reading it takes more memory, time or space than one file may take
├── Busy              too much of the same kind is being done just now
├── WorkspaceError    a workspace folder: missing, damaged, newer, busy
├── Refused           who acts may not do this
├── ModelError        weights or an encoder: missing, damaged, not able to do what was asked
├── NotThere          a workspace, view or run that the user named does not exist (an InputError and a WorkspaceError)
└── Cancelled         the user stopped a job; nothing is lost

Everything else that is raised is a bug and stays a traceback.
"""


class ExplorerError(Exception):
    """Base of all errors that are shown to the user as a message."""


class InputError(ExplorerError):
    """A file, table, row or query cannot be used."""


class LimitError(InputError):
    """Reading a file takes more memory, time or space than one file may take."""


class Busy(ExplorerError):
    """Too many others ask for the same just now; a moment later it goes."""


class WorkspaceError(ExplorerError):
    """A workspace is missing, damaged, busy, or was written by a newer version."""


class NotThere(InputError, WorkspaceError):
    """A workspace, view or run that was named does not exist."""


class Refused(ExplorerError):
    """Whoever acts is not allowed to do this."""


class ModelError(ExplorerError):
    """Weights are missing or damaged, or an encoder cannot do what was asked."""


class Cancelled(ExplorerError):
    """The user stopped the work; what was finished is kept."""
