"""How many candidates an index of a workspace keeps for each kind of query, and what it finds with these."""

from dataclasses import dataclass

import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import Floats
from explorer.base.embeddings import Embeddings
from explorer.base.errors import ExplorerError
from explorer.base.progress import Progress
from explorer.base.weights import same_weights
from explorer.encoders.base import Encoder
from explorer.encoders.pool import POOL
from explorer.index import QUERY_KINDS, ExactIndex, GraphIndex, QueryKind, tune_ef
from explorer.workspace.folder import Workspace
from explorer.workspace.index_queries import other_queries
from explorer.workspace.index_report import Measured

MOST_STRAYS = 0.05  # above this share of items that the graph does not lead to, search is exact


@dataclass(frozen=True, kw_only=True)
class Tuner:
    """Chooses the candidates (ef) for a share `target` of the exact answers. embeddings: of `spec` in the workspace."""

    ws: Workspace
    spec: str
    embeddings: Embeddings
    target: float
    seed: int
    progress: Progress

    def one_kind(self, index: GraphIndex, kind: QueryKind, queries: Floats) -> tuple[Measured, ...]:
        """Choose the ef of one kind of query; without queries they are answered exactly."""
        if not len(queries):
            index.efs = {**index.efs, kind: 0}
            return ()
        exact = ExactIndex(index.vectors, index.nodes >= 0)
        return (Measured.of(kind, tune_ef(index, exact, queries, self.target, kind=kind), len(index)),)

    def with_others(self, index: GraphIndex, items: tuple[Measured, ...]) -> tuple[Measured, ...]:
        """Choose the ef of the other kinds on the finished graph, once the items it does not lead to are known.

        Where those are many, all kinds are answered exactly, and nothing counts as measured.
        """
        if len(index.find_strays()) > MOST_STRAYS * len(index):
            index.efs = dict.fromkeys(QUERY_KINDS, 0)
            return ()
        generator = default_rng(self.seed)
        queries = other_queries(self.ws.dataset(), self.embeddings, self.encoder(), generator)
        none = np.empty((0, self.embeddings.dim), dtype=np.float32)
        kinds = [kind for kind in QUERY_KINDS if kind != "item"]
        self.progress.start("Measuring what the index finds", len(kinds))
        measured = items
        for done, kind in enumerate(kinds, 1):
            measured += self.one_kind(index, kind, queries.get(kind, none))
            self.progress.advance(done)
        self.progress.finish()
        return measured

    def encoder(self) -> Encoder | None:
        """The model that made the vectors; None when it cannot be loaded: then nobody can ask with words either."""
        try:
            encoder = POOL.get(self.spec)
        except ExplorerError:
            return None
        made = str(self.embeddings.settings.get("weights", ""))
        return encoder if same_weights(made, encoder.fingerprint) else None
