"""The tab "words" of the page Label: labels and their keywords, what they say of all items, a keyword more at once."""

from collections.abc import Callable

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.app.label.accept import accept_panel
from explorer.app.label.view import ADDRESS, LEASTS, MOST_WORDS, MOSTS, Context
from explorer.app.label.words_results import results
from explorer.base.errors import ExplorerError
from explorer.features.label.by_words.accepting import guessed
from explorer.features.label.by_words.define import WordSettings
from explorer.features.label.by_words.method import WORD_METHODS
from explorer.features.label.by_words.service import WordsAnswer, changed, label_by_words, unheld, usual_settings
from explorer.features.label.by_words.whole import whole_texts
from explorer.features.label.by_words.wording import WordLabel, read_labels, with_keyword, write_labels
from explorer.io.text import counted
from explorer.search.label_columns import column_codes, label_columns

BEFORE, ADDED = "label.words.before", "label.words.added"
FIRST_LABELS = 8
HELP = (
    "One label a line: its name, a colon, keywords with commas between them. After a bar | a description may follow, "
    "for the method that compares with descriptions. The case of letters does not matter much to most models."
)


def words_panel(context: Context) -> None:
    """The tab."""
    _edit(context)
    if not context.view.words.strip():
        _first(context)
        return
    labels = read_labels(context.view.words)
    _settings(context, labels)
    answer = label_by_words(context.opened, context.encoder, labels, context.view.way, _chosen(context, len(labels)))
    _add(context, labels)
    _change(context, answer)
    _notes(context, labels)
    results(context, answer, _chosen(context, len(labels)))
    with st.expander("Make a column of it"):
        st.caption(
            "How clear a choice is: softmax of the cosines to the labels, divided by 0.05. It is no probability: 0.95 "
            "says that the next label is 0.15 or more behind."
        )
        accept_panel(context, guessed(answer, context.encoder))
    show_jobs(context.opened.workspace)


def _edit(context: Context) -> None:
    st.session_state["label.words"] = context.view.words
    st.text_area(
        "Labels and their keywords",
        key="label.words",
        height=140,
        max_chars=MOST_WORDS,
        placeholder="sports: football, league, coach\nmoney: bank, market, stocks",
        help=HELP,
        on_change=lambda: _go(st.session_state["label.words"]),
    )


def _go(words: str) -> None:
    st.session_state.pop(BEFORE, None)
    ADDRESS.change(words=words[:MOST_WORDS])


def _first(context: Context) -> None:
    """Nothing is written yet: values of a column may be the first labels."""
    st.info("Write at least two labels, one a line, to see which items belong to them.", icon=":material/edit:")
    for column in label_columns(context.opened)[:3]:
        codes = column_codes(context.opened, column)
        often = codes.counts.argsort(kind="stable")[::-1][:FIRST_LABELS]
        names = [codes.names[code].replace(":", " ").replace("|", " ") for code in sorted(often)]
        st.button(
            f"Begin with values of {plain(column)}",
            key=f"label.words.begin.{column}",
            icon=":material/playlist_add:",
            on_click=_go,
            args=(write_labels(WordLabel(name, (name.replace(",", " "),)) for name in names if name.strip()),),
        )


def _settings(context: Context, labels: tuple[WordLabel, ...]) -> None:
    described = all(one.description for one in labels)
    ways = [name for name, card in WORD_METHODS.items() if described or "descriptions" not in card.needs]
    usual = usual_settings(len(context.opened.dataset), len(labels))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = context.view.way if context.view.way in ways else "lbl2vec"
        _field(
            "way",
            way,
            lambda key, act: st.selectbox(
                "Method",
                ways,
                key=key,
                width=230,
                format_func=lambda name: WORD_METHODS[name].label,
                help=f"`{WORD_METHODS[way].formula}`",
                on_change=act,
            ),
        )
        _field(
            "near",
            context.view.near,
            lambda key, act: st.number_input(
                "Cosine above",
                -1.0,
                1.0,
                step=0.05,
                key=key,
                width=140,
                on_change=act,
                help="Items above this cosine to the mean of a label’s keywords define the label.",
            ),
        )
        _field(
            "least",
            context.view.least,
            lambda key, act: st.selectbox(
                "At least",
                LEASTS,
                key=key,
                width=120,
                on_change=act,
                format_func=lambda count: f"{count} items" if count else f"{usual.least} (usual)",
            ),
        )
        _field(
            "most",
            context.view.most,
            lambda key, act: st.selectbox(
                "At most",
                MOSTS,
                key=key,
                width=120,
                on_change=act,
                format_func=lambda count: f"{count} items" if count else "all",
            ),
        )
        _field(
            "clean",
            context.view.clean,
            lambda key, act: st.toggle(
                "Leave out outliers", key=key, on_change=act, help="By the local outlier factor of 20 neighbours."
            ),
        )


def _field(name: str, value: object, draw: Callable[[str, Callable[[], None]], object]) -> None:
    """A widget of one field of the view."""
    key = f"label.words.{name}"
    st.session_state[key] = value
    draw(key, lambda: ADDRESS.change(**{name: st.session_state[key]}))


def _chosen(context: Context, labels: int) -> WordSettings:
    view, usual = context.view, usual_settings(len(context.opened.dataset), labels)
    least = view.least or usual.least
    return WordSettings(
        similarity=view.near, least=least, most=max(view.most, least) if view.most else None, clean=view.clean
    )


def _add(context: Context, labels: tuple[WordLabel, ...]) -> None:
    with (
        st.form("label.words.add", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.selectbox("Add to", [one.name for one in labels], key="label.words.to", width=220)
        st.text_input("a keyword", key="label.words.keyword", max_chars=80, width=260)
        st.form_submit_button("Add", icon=":material/add:", on_click=_added, args=(context, labels))


def _added(context: Context, labels: tuple[WordLabel, ...]) -> None:
    keyword, name = st.session_state["label.words.keyword"], st.session_state["label.words.to"]
    more = with_keyword(labels, name, keyword)
    if more != labels:
        st.session_state[BEFORE], st.session_state[ADDED] = context.view.words, [keyword, name]
        ADDRESS.change(words=write_labels(more), label=name)


def _change(context: Context, answer: WordsAnswer) -> None:
    """What the last keyword changed."""
    if BEFORE not in st.session_state:
        return
    keyword, name = st.session_state[ADDED]
    try:
        labels = read_labels(st.session_state[BEFORE])
        before = label_by_words(
            context.opened, context.encoder, labels, context.view.way, _chosen(context, len(labels))
        )
    except ExplorerError:
        return
    count = changed(before, answer)
    st.success(
        f"“{plain(keyword)}” counts for {plain(name)} now: {count:,} of {len(answer.rows):,} items have another label.",
        icon=":material/add_circle:",
    )


def _notes(context: Context, labels: tuple[WordLabel, ...]) -> None:
    opened, spec = context.opened, context.encoder
    nowhere = unheld(opened, labels)
    if nowhere:
        words = ", ".join(nowhere[:12]) + (" and others" if len(nowhere) > 12 else "")
        st.caption(f":material/info: No text holds {plain(words)}. Such a keyword counts by its meaning alone.")
    cut = int(opened.workspace.manifest_of("embeddings", spec).get("cut", 0))
    if cut and whole_texts(opened, spec) is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"The end of {counted(cut, 'text')} does not count: the model reads no further.", width="content"
            )
            if work_button("Read them to the end", key="label.words.whole", disabled=running(opened.workspace)):
                start_job(opened.path, ["label", "whole", str(opened.path), "--model", spec], "Read long texts")
