"""Nearest neighbours: one contract, exact search as the oracle, and HNSW with a measured recall."""

from explorer.index.contract import QUERY_KINDS, WAYS, Index, Neighbours, QueryKind, Way
from explorer.index.exact import ExactIndex
from explorer.index.graph_contract import HnswSettings
from explorer.index.graph_index import GraphIndex
from explorer.index.hnsw import HnswIndex
from explorer.index.recall import Recall, Tuning, held_out, measure_recall, recall_of, tune_ef
from explorer.index.store import load_graph, save_graph
from explorer.index.usearch import UsearchIndex

__all__ = [
    "QUERY_KINDS",
    "WAYS",
    "ExactIndex",
    "GraphIndex",
    "HnswIndex",
    "HnswSettings",
    "Index",
    "Neighbours",
    "QueryKind",
    "Recall",
    "Tuning",
    "UsearchIndex",
    "Way",
    "held_out",
    "load_graph",
    "measure_recall",
    "recall_of",
    "save_graph",
    "tune_ef",
]
