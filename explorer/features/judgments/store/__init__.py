"""The store of judgments; all SQL of the feature is in this folder.

events: the answers and events. places: where they lie, an SQLite file or a schema of PostgreSQL. dialects: what the two
are told in different words. migrations, migrations_postgres: the tables. campaigns: campaigns and their pools of
questions. asked: which questions a person was asked. responses: what people said, undid and skipped. people: who takes
part. imports: the files that answers were imported from. moving: from one place to the other.
"""

from explorer.features.judgments.store.events import Store, judgment_store, now
from explorer.features.judgments.store.places import Connection

__all__ = ["Connection", "Store", "judgment_store", "now"]
