"""What meaning, words and both find for the same query, side by side; how they were weighed; triples to train on."""

from math import log

import numpy as np
import streamlit as st

from explorer.app.explore.by_choice import asks_words, both_lists, place_words, words_ready
from explorer.app.explore.cards import item_gallery
from explorer.app.explore.state import Context
from explorer.app.explore.triple_panel import triple_panel
from explorer.app.figures.hybrid import idf_bars, weight_bar
from explorer.app.frame.gallery import Cards
from explorer.io.text import counted
from explorer.search.find import Found
from explorer.search.fusion import LONG_QUERY
from explorer.search.hybrid import COMPARED, Hybrid
from explorer.search.keywords import KeywordHits
from explorer.search.ranks import rank_changes

SHOWN_WORDS, MOST_WORDS, AGREE = 6, 30, 0.5
CARDS = 84
BM25_HELP = "BM25 of the query's words in the text, as SQLite's FTS5 has it: rare words count more; higher is better."
STEMS = (
    "A word counts in all its forms (Porter stems: “runs” is “run”). idf = ln(texts ÷ (texts with the word + 1)). The "
    "keyword list counts 0.1 + 0.5 × sigmoid(2 × (mean idf − ln(texts) ÷ 2)): the dashed line is ln(texts) ÷ 2."
)
WEIGHED = {
    "adaptive": "The rarer the words of the query are in these texts, the more the keyword list counts.",
    "long": f"A query of more than {LONG_QUERY} words goes nearly by meaning alone: so many words find noise.",
    "fixed": "How rare the words are cannot be told, so the usual weights hold.",
}


def hybrid_panel(context: Context, results: Found | None) -> None:
    """Three columns, the weights, and what can be kept for training; nothing while the model of the results loads."""
    if not context.dataset.has_texts:
        st.info("This collection has no texts, so there are no words to search by.")
    elif not asks_words(context):
        st.caption("Type some words first: the same query is then answered by meaning, by words, and by both.")
    elif results is not None and words_ready(context):
        _shown(context, both_lists(context))


def _shown(context: Context, found: Hybrid) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(agreement_words(found), width="stretch")
        triple_panel(context)
    _weighed(found)
    _columns(context, found)


def agreement_words(found: Hybrid) -> str:
    """How far the two lists agree in their first ten, with a badge where they do not."""
    most = min(COMPARED, len(found.dense), len(found.hits.rows))
    if not most:
        return "No text holds any of these words: what is found is found by meaning alone."
    words = f"**{found.shared:,} of the first {most:,} are the same** by meaning and by words"
    return words if found.shared >= AGREE * most else f"{words} :orange-badge[lists disagree]"


def _weighed(found: Hybrid) -> None:
    """The weights as a bar, and beside it how rare each word is, from which they come."""
    weights, hits = found.weights, found.hits
    left, right = st.columns([1.0, 1.3], gap="small")
    with left:
        st.markdown(f"Meaning counts **{weights.dense:.3f}**, words **{weights.keywords:.3f}**", help=STEMS)
        bar = weight_bar(weights.dense, weights.keywords)
        st.plotly_chart(bar, key="explore.hybrid.weights", config={"staticPlot": True})
        st.caption(f"{WEIGHED[weights.rule]} {_dropped(found)}")
    with right:
        if len(hits.stems) > SHOWN_WORDS:
            with st.expander(f"How rare each of {len(hits.stems)} words is"):
                _rarity(hits)
        elif hits.stems:
            _rarity(hits)


def _rarity(hits: KeywordHits) -> None:
    stems = hits.stems[:MOST_WORDS]
    figure = idf_bars(
        [stem.word for stem in stems],
        [stem.idf for stem in stems],
        [stem.holding for stem in stems],
        log(max(hits.texts, 1)) / 2,
    )
    st.plotly_chart(figure, key="explore.hybrid.idf", config={"displayModeBar": False})
    if len(hits.stems) > MOST_WORDS:
        st.caption(f"The first {MOST_WORDS} of {len(hits.stems)} words.")


def _columns(context: Context, found: Hybrid) -> None:
    count = context.view.count
    dense, hits = found.dense[:count], found.hits.rows[:count]
    meaning = Cards(dense, found.similarities[:count], changes=rank_changes(hits, dense))
    words = Cards(hits, found.hits.scores[:count].astype(np.float32), changes=rank_changes(dense, hits))
    both = Cards(found.fused.rows, notes=[place_words(ranks) for ranks in found.fused.ranks])
    first, second, third = st.columns(3, gap="small")
    with first:
        _head("Meaning", "cosine")
        _list(context, meaning, "dense", "Found by meaning", other="the list by words")
    with second:
        _head("Words", "BM25" if len(hits) else "no text holds any of them")
        _list(context, words, "keywords", "Found by words", other="the list by meaning", value_help=BM25_HELP)
    with third:
        _head("Both", "fused by places")
        _list(context, both, "both", "Found by both", other="")
    st.caption(
        "▲ ranks higher here than in the other list, ▼ lower, = the same; “only here”: the other one does not show it. "
        "Both: weight ÷ (60 + place) of each list, places from 0, summed."
    )


def _head(name: str, measure: str) -> None:
    st.markdown(f"**{name}** :small[:gray[{measure}]]")


def _dropped(found: Hybrid) -> str:
    if not found.dropped:
        return ""
    far = f"over {found.weights.cutoff:g} times as far as the nearest"
    return f"{counted(found.dropped, 'candidate')} by meaning dropped: {far}."


def _list(context: Context, cards: Cards, name: str, label: str, *, other: str, value_help: str = "") -> None:
    if len(cards.rows):
        help_ = {"value_help": value_help} if value_help else {}
        item_gallery(context, cards, f"explore.hybrid.{name}", label=label, other=other, card=CARDS, **help_)
