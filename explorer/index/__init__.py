"""Nearest neighbours: one contract, exact search as the oracle, and HNSW with a measured recall."""

from explorer.index.contract import QUERY_KINDS, Index, Neighbours, QueryKind
from explorer.index.exact import ExactIndex
from explorer.index.hnsw import HnswIndex, HnswSettings
from explorer.index.recall import Recall, Tuning, held_out, measure_recall, tune_ef
from explorer.index.store import load_hnsw, save_hnsw

__all__ = [
    "QUERY_KINDS",
    "ExactIndex",
    "HnswIndex",
    "HnswSettings",
    "Index",
    "Neighbours",
    "QueryKind",
    "Recall",
    "Tuning",
    "held_out",
    "load_hnsw",
    "measure_recall",
    "save_hnsw",
    "tune_ef",
]
