"""Questions about items: composed queries, filters, duplicates, outliers, selections, regions, rankings."""

from explorer.search.compose import Part, Query, compose, explain, rounded_split
from explorer.search.duplicates import DuplicateGroup, duplicate_groups
from explorer.search.explain_selection import explain_selection
from explorer.search.filters import Filter, format_filters, mask, parse_filters
from explorer.search.outliers import outlier_scores
from explorer.search.ranks import rank_changes
from explorer.search.regions import points_in_box, points_in_polygon
from explorer.search.relevance import standing_out

__all__ = [
    "DuplicateGroup",
    "Filter",
    "Part",
    "Query",
    "compose",
    "duplicate_groups",
    "explain",
    "explain_selection",
    "format_filters",
    "mask",
    "outlier_scores",
    "parse_filters",
    "points_in_box",
    "points_in_polygon",
    "rank_changes",
    "rounded_split",
    "standing_out",
]
