"""The store of judgments; all SQL of the feature is in this folder.

file: the SQLite file, its transactions, the answers and events in it. migrations: its tables. campaigns: campaigns and
their pools of questions. asked: which questions a person was asked. responses: what people said, undid and skipped.
imports: the files that answers were imported from.
"""

from explorer.features.judgments.store.file import Store, judgment_store, now
from explorer.io.sqlite import Connection

__all__ = ["Connection", "Store", "judgment_store", "now"]
