"""Every index, built the same way in every run."""

from collections.abc import Iterable
from functools import partial

import pytest
from _pytest.mark import ParameterSet

from explorer.index.engines import ENGINES

# One thread builds the same graph every time; which few links several threads leave out varies from run to run.
INDEXES = {name: partial(engine.build, threads=1) for name, engine in ENGINES.items() if not engine.missing}


def named(names: Iterable[str]) -> list[ParameterSet]:
    """The engines as parameters of a test; one whose library is not there is skipped, and says what to install."""
    return [
        pytest.param(name, marks=pytest.mark.skipif(bool(ENGINES[name].missing), reason=ENGINES[name].missing))
        for name in names
    ]
