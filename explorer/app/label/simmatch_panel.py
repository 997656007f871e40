"""What SimMatch tells beside its guesses: where its two halves agree, how it learned, and its views of the pictures."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, start_job, work_button
from explorer.app.label.view import Context
from explorer.app.label.words_figures import confusion_figure
from explorer.encoders.pool import POOL
from explorer.features.label.guessing import Guessed
from explorer.features.label.simmatch.agreement import share_alike
from explorer.features.label.views.kept import kept_views, lacks_views

MOST = 25


def simmatch_panel(context: Context, found: Guessed) -> None:
    """The details of one training."""
    details: Any = found.details
    counts = np.array(details.get("agreement", []), dtype=np.int64)
    if counts.ndim == 2:
        _agreement(found, counts)
    curve = pd.DataFrame(details.get("curve", []), columns=["step", "loss", "sure"])
    if len(curve):
        last = curve.iloc[-1]
        st.caption(
            f"{int(last['step']):,} steps; in the last one {last['sure']:.0%} of the items without a label were sure "
            "enough (0.7) to be learned from."
        )
    _views(context, str(details.get("views", "")))


def _agreement(found: Guessed, counts: "np.ndarray") -> None:
    st.markdown(
        f"**Do its two halves agree?** · on {share_alike(counts):.1%} of {int(counts.sum()):,} items without a label",
        help="Rows: the label that the classifier gives (semantic). Columns: the label that most of the likeness to "
        "labelled items goes to (instance), the item’s own place in memory left out. By chance alone they would agree "
        f"on about {1 / len(found.names):.1%} where all labels are as frequent.",
    )
    often = np.sort(np.argsort(-(counts.sum(axis=0) + counts.sum(axis=1)), kind="stable")[:MOST])
    shown = [found.names[code] for code in often]
    figure = confusion_figure(shown, counts[np.ix_(often, often)], "", rows="classifier", columns="likeness")
    st.plotly_chart(figure, width="stretch", key="label.simmatch.agreement")
    if len(found.names) > MOST:
        st.caption(f"The {MOST} commonest of {len(found.names):,} labels.")


def _views(context: Context, used: str) -> None:
    """Whether it learned from views of the pictures, and the button that makes these."""
    opened, spec = context.opened, context.encoder
    lacking = lacks_views(opened, POOL.get(spec))
    if lacking:
        st.caption(plain(lacking))
    elif kept_views(opened, spec) is not None:
        told = "" if used == "pictures" else " They came after this training: guess again to learn from them."
        st.caption(f"Views of the pictures are there.{told}")
    else:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                "It learned from changed vectors (noise and dropout). It can learn from changed pictures: flipped, "
                "cropped, with other colours, with a square cut out.",
                width="stretch",
            )
            if work_button(
                "Make views of the pictures",
                key="label.simmatch.views",
                icon=":material/filter_b_and_w:",
                disabled=running(opened.workspace),
            ):
                args = ["label", "views", str(opened.path), "--model", spec]
                start_job(opened.path, args, f"Views of the pictures under {spec}")
