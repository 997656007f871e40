"""The texts of a study in the form of a campaign: fields for those that every study has, files for all of them."""

import streamlit as st

from explorer.app.annotate.composing import TEXTS, filled, languages_of, study_of
from explorer.app.annotate.draft import bound, draft, put
from explorer.app.frame.foreign import plain
from explorer.base.errors import InputError
from explorer.features.judgments.study import Study
from explorer.features.judgments.study_files import read_words, words_bytes
from explorer.features.judgments.wording import LANGUAGE, LONGEST_WORDS

LABELS = {
    "title": "Title",
    "welcome": "Welcome",
    "consent": "Consent, which people agree to before they begin",
    "debrief": "Debrief, shown at the end",
    "instruction": "Question, in this language",
}
SHORT = ("title", "instruction")
FILE = "study_words_file"


def words_fields() -> None:
    """Draw the texts of one language at a time, and the files."""
    st.text_input(
        "Languages, the usual one first",
        key=bound("languages", "en"),
        placeholder="en, de",
        help="People choose among them. What one lacks is shown in the first, then in English.",
    )
    languages = languages_of(draft())
    language = languages[0]
    if len(languages) > 1:
        language = str(
            st.segmented_control(
                "Texts in", languages, key=bound("language", languages[0], languages), required=True, format_func=plain
            )
        )
    st.caption("Texts are shown as they are, without formatting. What stays empty is left out.")
    for key in (*TEXTS, *(("instruction",) if language != languages[0] else ())):
        _text(language, key)
    _files(language)


def _text(language: str, key: str) -> None:
    there = str(filled(draft())["words"].get(language, {}).get(key, ""))
    name = bound(f"text.{language}.{key}", there)
    if key in SHORT:
        st.text_input(LABELS[key], key=name)
    else:
        st.text_area(LABELS[key], key=name, height=110, max_chars=LONGEST_WORDS)


def _files(language: str) -> None:
    st.write("**All texts** of the page, buttons and hints too, as a file to translate and bring back:")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if LANGUAGE.fullmatch(language):
            st.download_button(
                f"Download {plain(language)}.json",
                lambda: words_bytes(_study(), language),
                file_name=f"{language}.json",
                mime="application/json",
                key="words_download",
                icon=":material/download:",
                on_click="ignore",
            )
    st.file_uploader("Bring texts back (JSON)", type="json", key=FILE, on_change=_bring)
    if said := st.session_state.get("study_words_said"):
        (st.success if said[0] else st.error)(plain(said[1]))


def _study() -> Study:
    try:
        return study_of(draft())
    except InputError:  # a line of another step cannot be read yet
        return study_of({**draft(), "practice": "", "gold": ""})


def _bring() -> None:
    """Take over the texts of the file that was brought."""
    file = st.session_state.get(FILE)
    st.session_state["study_words_said"] = None
    if file is None:
        return
    try:
        brought = read_words(file.getvalue(), file.name)
    except InputError as error:
        st.session_state["study_words_said"] = (False, str(error))
        return
    form = filled(draft())
    words = {**form["words"], **{one: {**form["words"].get(one, {}), **texts} for one, texts in brought.items()}}
    put(words=words, languages=", ".join(dict.fromkeys([*languages_of(form), *brought])))
    for language, texts in brought.items():
        put(**{f"text.{language}.{key}": text for key, text in texts.items() if f"text.{language}.{key}" in draft()})
    count = sum(map(len, brought.values()))
    st.session_state["study_words_said"] = (True, f"{count} texts in {', '.join(brought)} are taken over.")
