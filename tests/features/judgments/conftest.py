"""Where the judgments of a test lie: in a file, and for tests that ask for `each_place` in PostgreSQL as well."""

import os
from collections.abc import Iterator

import pytest

from explorer.io.postgres import close_pools
from tests import postgres_server
from tests.features.judgments import stores


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    """A server that runs; where no PostgreSQL is installed the test is skipped, or fails when it is required."""
    found = postgres_server.programs()
    if found is None:
        assert not os.environ.get("EXPLORER_REQUIRE_POSTGRES"), "Install PostgreSQL: apt-get install postgresql"
        pytest.skip("no PostgreSQL is installed")
    server = postgres_server.new_server(found)
    yield server
    close_pools()
    server.remove()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def each_place(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run the tests of a module on both; `stores.new_store` makes their stores."""
    stores.address = request.getfixturevalue("postgres").address if request.param == "postgres" else ""
    yield
    stores.address = ""
