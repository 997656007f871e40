"""Empty stores for tests, in the place that the test is run on."""

import secrets
from pathlib import Path

from explorer.features.judgments.store import Store
from explorer.features.judgments.store.migrations_postgres import MIGRATIONS
from explorer.features.judgments.store.places import SqliteFile, place_of
from explorer.io.atomic import write_json
from explorer.io.named_servers import name_server
from explorer.io.postgres import NAMED, Schema, created
from explorer.workspace.layout import JUDGMENTS, JUDGMENTS_PLACE

address = ""  # of a database, "" for files: see the fixture `each_place`


def new_store(folder: Path) -> Store:
    """A store for the workspace in `folder`."""
    folder.mkdir(exist_ok=True)
    if not address:
        return Store(SqliteFile(folder / JUDGMENTS))
    name_server(NAMED, address)
    schema = Schema(address, f"test_{secrets.token_hex(8)}")
    with created(schema, MIGRATIONS):
        pass
    write_json(folder / JUDGMENTS_PLACE, {"address": address, "schema": schema.name})
    return Store(place_of(folder))
