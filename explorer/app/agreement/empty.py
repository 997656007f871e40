"""The page before anybody judged anything."""

import streamlit as st

from explorer.app.frame.page import link_to
from explorer.workspace.opened import Opened


def nothing_yet(opened: Opened) -> None:
    """What will stand here, and the two ways to get there."""
    st.write(
        "Nobody has judged how alike these items are. Once people have, this page tells how far they agree with each "
        "other, which model agrees with them most, where it does not, and lets a model learn from their answers."
    )
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        st.markdown("**Ask people**")
        st.write("Choose items and a question, such as “which is the odd one out?”, and send people the link.")
        link_to("pages/6_Annotate.py", "Open Annotate", ":material/rate_review:")
    with right, st.container(border=True):
        st.markdown("**Bring answers**")
        st.write("Odd one out, triplets, votes, or matrices of dissimilarities, from another tool or study:")
        st.code(f'explorer judgments import "{opened.name}" answers.csv --format odd-one-out', language="bash")
