"""Which names of a directory stand for the same: communities of the graph of its names. Pure.

Sources: Markov clustering (van Dongen 2000); Louvain (Blondel et al. 2008) by networkx on the graph of names and ids.
Both as LinkOrgs (Jerzak and Libgober) makes canonical ids: two names are as near as it is likely that both mean the
same id, when each is looked up once.
"""

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.features.match.grams import Sparse

MOST_EDGES = 20_000_000
ROUNDS, STILL = 100, 1e-6
PRUNED = 1e-4  # flow below this is dropped
INFLATION = 2.0


def meaning_graph(names: Rows, ids: Rows, weights: Doubles, count: int) -> Sparse:
    """(k, k) how likely it is that two names mean the same id: for each id, the product of their shares of it.

    names, ids, weights: (e,) entries of the directory and how often each was seen. InputError where an id has so many
    names that the graph would not fit into memory.
    """
    from scipy.sparse import csr_array

    table = csr_array((weights, (names, ids)), shape=(count, int(ids.max(initial=-1)) + 1))
    edges = int((np.bincount(table.indices).astype(np.int64) ** 2).sum())
    if edges > MOST_EDGES:
        raise InputError(
            f"Directory: expected at most {MOST_EDGES:,} pairs of names with an id in common, got {edges:,}. Take the "
            "ids as they are given."
        )
    shares = _by_rows(table)
    return (shares @ shares.T).tocsr()


def pair_graph(first: Rows, second: Rows, weights: Doubles, count: int) -> Sparse:
    """(k, k) symmetric weights of names that were said to be the same; several entries of a pair add up."""
    from scipy.sparse import csr_array

    ends = (np.concatenate([first, second]), np.concatenate([second, first]))
    return csr_array((np.concatenate([weights, weights]), ends), shape=(count, count))


def markov(graph: Sparse, inflation: float = INFLATION) -> Rows:
    """(k,) community of every node by Markov clustering: flow along two steps, then sharpened, until it stays.

    graph: (k, k) symmetric weights. inflation: above 1; higher makes more and smaller communities. Communities are
    numbered by their first node; a node without a link is one.
    """
    from scipy.sparse import diags_array
    from scipy.sparse.csgraph import connected_components

    strongest = np.asarray(graph.max(axis=1).todense(), float).ravel()
    loops = np.maximum(strongest, 1e-12) - graph.diagonal()
    flow = _by_rows((graph + diags_array(loops)).tocsr())
    for _ in range(ROUNDS):
        sharp = (flow @ flow).power(inflation).tocsr()
        sharp = _pruned(_by_rows(sharp))
        change = abs(sharp - flow).max() if sharp.nnz else 0.0
        flow = sharp
        if change < STILL:
            break
    return first_numbers(connected_components(flow, directed=False)[1])


def louvain(graph: Sparse, seed: int = 0) -> Rows:
    """(k,) community of every node by Louvain, resolution 1; numbered by their first node."""
    from networkx import from_scipy_sparse_array
    from networkx.algorithms.community import louvain_communities

    groups = np.arange(graph.shape[0])
    for members in louvain_communities(from_scipy_sparse_array(graph), resolution=1, seed=seed):
        groups[sorted(members)] = min(members)
    return first_numbers(groups)


def bipartite(names: Rows, ids: Rows, weights: Doubles, count: int) -> Rows:
    """(k,) community of every name by Louvain on the graph whose edges lead from names to ids."""
    total = count + int(ids.max(initial=-1)) + 1
    return first_numbers(louvain(pair_graph(names, ids + count, weights, total))[:count])


def first_numbers(groups: NDArray[np.integer]) -> Rows:
    """The same groups numbered from 0 in the order of their first member."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return np.asarray(rank[inverse], np.int64)


def _by_rows(table: Sparse) -> Sparse:
    """Every row divided by its sum."""
    made = table.copy()
    sums = np.asarray(made.sum(axis=1), float).ravel()
    made.data = made.data / np.repeat(np.where(sums > 0, sums, 1.0), np.diff(made.indptr))
    return made


def _pruned(flow: Sparse) -> Sparse:
    """Without flow that is too small, never without the greatest of a row; rows sum to 1 again."""
    most = np.asarray(flow.max(axis=1).todense(), float).ravel()
    rows = np.repeat(np.arange(flow.shape[0]), np.diff(flow.indptr))
    flow.data[(flow.data < PRUNED) & (flow.data < most[rows])] = 0.0
    flow.eliminate_zeros()
    return _by_rows(flow)
