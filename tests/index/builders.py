"""Every index, built the same way in every run."""

from functools import partial

from explorer.index.engines import ENGINES

# One thread builds the same graph every time; which few links several threads leave out varies from run to run.
INDEXES = {name: partial(engine.build, threads=1) for name, engine in ENGINES.items()}
