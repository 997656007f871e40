"""What labels by words say: how many items each has, what defines it, how clear the choice is, how right it is."""

import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.gallery import Cards, gallery
from explorer.app.label.view import ADDRESS, Context
from explorer.app.label.words_figures import confusion_figure, cosine_figure
from explorer.base.dataset import TEXT
from explorer.base.metrics import score_text
from explorer.features.label.by_words.define import Defined, WordSettings
from explorer.features.label.by_words.evaluate import WordScore, compare_word_methods
from explorer.features.label.by_words.method import WORD_METHODS
from explorer.features.label.by_words.service import WordsAnswer, confusion, truth_of
from explorer.search.label_columns import column_codes, label_columns

SHOWN, SHOWN_TEXTS, LETTERS, OUT = 24, 12, 220, 6


def results(context: Context, answer: WordsAnswer, settings: WordSettings) -> None:
    """All of it."""
    left, right = st.columns([2, 3])
    with left:
        _table(answer)
    with right:
        st.plotly_chart(cosine_figure(answer), width="stretch", key="label.words.cosines")
    _defining(context, answer)
    _truth(context, answer, settings)


def _table(answer: WordsAnswer) -> None:
    counts = pd.Series(answer.codes).value_counts()
    rows = [
        {
            "label": name,
            "items": int(counts.get(code, 0)),
            "defined by": int(one.kept.sum()),
            "outliers": int((~one.kept).sum()),
        }
        for code, (name, one) in enumerate(zip(answer.names, answer.defined, strict=True))
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="label.words.table")
    st.caption(
        f"Every one of {len(answer.rows):,} items has the label of the highest cosine by "
        f"{WORD_METHODS[answer.method].label}; “defined by”: the items whose mean is the label of Lbl2TransformerVec."
    )


def _defining(context: Context, answer: WordsAnswer) -> None:
    name = context.view.label if context.view.label in answer.names else answer.names[0]
    st.session_state["label.words.label"] = name
    st.segmented_control(
        "What defines",
        answer.names,
        key="label.words.label",
        format_func=plain,
        required=True,
        on_change=lambda: ADDRESS.change(label=st.session_state["label.words.label"]),
    )
    one = answer.defined[answer.names.index(name)]
    if context.opened.dataset.has_images:
        _tiles(context, name, one)
    else:
        _texts(context, one)


def _tiles(context: Context, name: str, one: Defined) -> None:
    kept, out = one.rows[one.kept][:SHOWN], one.rows[~one.kept][:SHOWN]
    gallery(
        context.opened,
        Cards(kept, similarities=one.cosines[one.kept][:SHOWN].astype("float32")),
        "label.words.kept",
        _nothing,
        label=f"Nearest {len(kept)} of {int(one.kept.sum()):,} items that define {name}",
        actions=(),
        click_label="An item that defines this label",
    )
    if len(out):
        gallery(
            context.opened,
            Cards(
                out,
                similarities=one.cosines[~one.kept][:SHOWN].astype("float32"),
                cut=0,
                notes=("left out",) * len(out),
            ),
            "label.words.out",
            _nothing,
            label=f"{int((~one.kept).sum()):,} left out: they lie apart from the others",
            actions=(),
            click_label="An item that defines this label",
        )


def _nothing(action: str, item: str) -> None:
    """Clicks do nothing here."""


def _texts(context: Context, one: Defined) -> None:
    """The nearest texts, and outliers among them struck through."""
    near = list(range(min(SHOWN_TEXTS, len(one.rows))))
    out = [int(place) for place in (~one.kept).nonzero()[0] if place >= len(near)][:OUT]
    places = near + out
    texts = context.opened.dataset.table[TEXT].take(one.rows[places]).to_pylist()
    lines = []
    for place, words in zip(places, texts, strict=True):
        shown = plain(words, LETTERS)
        lines.append(f"- `{one.cosines[place]:.2f}` " + (shown if one.kept[place] else f"~~{shown}~~"))
    st.markdown("\n".join(lines))
    st.caption("Cosine to the mean of the keywords. Struck through: lies apart from the others and does not count.")


def _truth(context: Context, answer: WordsAnswer, settings: WordSettings) -> None:
    names = {name.casefold() for name in answer.names}
    columns = [column for column in label_columns(context.opened) if names & _values(context, column)]
    if not columns:
        st.caption("No column has values that are called like the labels, so how right they are cannot be measured.")
        return
    column = context.view.truth if context.view.truth in columns else columns[0]
    st.markdown(f"**How right is it?** · beside the column {plain(column)}")
    scores = compare_word_methods(context.opened, context.encoder, answer.labels, settings, column)
    left, right = st.columns(2)
    with left:
        st.dataframe(
            pd.DataFrame([_scored(one) for one in scores]), hide_index=True, width="stretch", key="label.words.scores"
        )
        st.caption(
            f"{scores[0].accuracy.items:,} items whose value is one of the labels, 95 % bootstrap intervals over them. "
            "Keywords that were chosen by looking at this column make these numbers too high."
        )
    with right:
        counts = confusion(answer, truth_of(context.opened, answer, column))
        st.plotly_chart(confusion_figure(answer.names, counts, column), width="stretch", key="label.words.confusion")


def _values(context: Context, column: str) -> set[str]:
    return {name.casefold().strip() for name in column_codes(context.opened, column).names}


def _scored(one: WordScore) -> dict[str, str]:
    return {
        "method": WORD_METHODS[one.method].label,
        "macro F1": score_text(one.macro_f1.as_dict()),
        "accuracy": score_text(one.accuracy.as_dict()),
    }
