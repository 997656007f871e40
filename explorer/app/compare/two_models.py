"""Two models: the neighbours of one item under both, then how alike they are by every measure, and what that means."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from explorer.app.compare.causes import causes_panel
from explorer.app.compare.controls import Pair, measure_label
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.app.frame.table_file import table_button
from explorer.features.compare import service
from explorer.features.compare.comparison import Comparison, load_comparison
from explorer.features.compare.contract import METHODS, NEEDS
from explorer.features.compare.resampling import Measured

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

REPLICATES = 50
"""Enough for what stands there at once; the job takes more."""
HOW_MUCH = """
**How much is a lot?** No score means much by itself. Read it between two ends:

- **Shuffled** is the score after the items of B are dealt out at random, so that nothing is shared. Some measures give
  0.9 even then.
- **Calibrated** puts the score between these ends: **0 is chance, 1 is a perfect match.**
  The table “Many models” shows what is usual among the models at hand; a colour
  histogram beside a trained model shows how much colour alone explains.
- **95 % interval**: how far the score would move with other items from the same source, from 100 random halves of the
  items. It says nothing about items of another kind.
- **p**: share of 100 shuffles that do at least as well. A small p only says “not unrelated”, never “alike”.

Measures answer different questions. Use *mutual neighbours* when search results matter, *debiased CKA* for the overall
shape, *Procrustes* when a rotation should carry one model over to the other, *CCA* and *predictivity* when any linear
map may be used, *RSA* when only the order of similarities counts.
"""


def two_models(pair: Pair) -> None:
    """The panel: neighbours side by side, then the scores."""
    if pair.a == pair.b:
        st.info("Choose two different models to compare their vectors. To compare a model's own layers, open “Layers”.")
        return
    causes_panel(pair, None, (pair.a, pair.b))
    st.subheader("How alike the two models are", anchor=False)
    with st.spinner("Comparing, with shuffled and halved items …"):
        quick = service.compare(pair.opened, pair.a, pair.b, items=pair.view.items, replicates=REPLICATES)
    _headline(quick)
    drawn = f"{quick.items:,} of {quick.common:,} items that both models have a vector of, drawn at random"
    lost = f"; {quick.dropped:,} items that only one of them has were dropped" if quick.dropped else ""
    st.caption(f"{drawn}{lost}. Items are matched by id.")
    _table(pair, quick)


def _headline(quick: Comparison) -> None:
    near = quick["mutual_knn"]
    k = min(10, (quick.items - 1) // 2)
    left, middle, right = st.columns(3)
    left.metric(
        f"Same among the {k:d} nearest",
        f"{k * near.value:.1f}",
        border=True,
        help=f"Mean over items. {METHODS['mutual_knn'].meaning}",
    )
    left.caption(f"95 % interval {k * near.low:.2f} to {k * near.high:.2f} · shuffled {k * near.shuffled:.2f}")
    _metric(middle, quick["cka_debiased"], "Linear CKA, debiased")
    _metric(right, quick["cknna"], "CKNNA (near items only)")


def _metric(place: "DeltaGenerator", one: Measured, title: str) -> None:
    measure = METHODS[one.measure]
    place.metric(title, f"{one.value:.3f}", border=True, help=plain(f"{measure.meaning} {measure.formula}."))
    place.caption(f"95 % interval {one.low:.3f} to {one.high:.3f} · shuffled {one.shuffled + 0.0:.3f}")


def _table(pair: Pair, quick: Comparison) -> None:
    every = load_comparison(pair.opened.workspace, pair.a, pair.b, pair.view.items)
    scores = (every or quick).scores
    show_jobs(pair.opened.workspace)
    if every is None:
        _offer(pair)
    st.dataframe(
        _frame(scores),
        hide_index=True,
        width="stretch",
        height=min(36 * (len(scores) + 1) + 3, 540),
        column_config=_COLUMNS,
    )
    _warnings(scores)
    with st.expander("How much is a lot? How to read the table"):
        st.markdown(HOW_MUCH)
    with st.expander(f"What each of the {len(METHODS)} measures is: formula, what it does not see, cost"):
        st.dataframe(_registry(), hide_index=True, width="stretch", row_height=64)
    if every is not None:
        table_button(_frame(scores), f"scores-{_file_name(every)}", "compare.download")


def _file_name(found: Comparison) -> str:
    return "-".join("".join(c if c.isalnum() else "_" for c in name) for name in (found.a, found.b))


def _offer(pair: Pair) -> None:
    busy = running(pair.opened.workspace)
    if work_button(
        f"Measure by all {len(METHODS)} measures",
        key="compare.all",
        type="primary",
        disabled=busy,
        icon=":material/straighten:",
        help="CCA, Procrustes, RSA, predictivity and the rest, each with interval and shuffled items: about a minute.",
    ):
        args = ["compare", "scores", str(pair.opened.path), pair.a, pair.b, "--items", str(pair.view.items)]
        start_job(pair.opened.path, args, f"Compare {pair.a} with {pair.b}")


def _frame(scores: Sequence[Measured]) -> pd.DataFrame:
    rows = []
    for one in scores:
        measure = METHODS[one.measure]
        rows.append(
            {
                "measure": measure_label(one.measure),
                "score": one.value,
                "interval": f"{one.low:.3f} to {one.high:.3f}",
                "shuffled": one.shuffled + 0.0,
                "calibrated": float(np.clip(one.calibrated, 0, 1)),
                "p": one.p,
                "items": one.items,
                "better": "higher" if measure.higher else "lower",
                "note": "⚠ " + one.warning if one.warning else "",
            }
        )
    return pd.DataFrame(rows)


_COLUMNS = {
    "measure": st.column_config.TextColumn("Measure", width="medium"),
    "score": st.column_config.NumberColumn("Score", format="%.3f"),
    "interval": st.column_config.TextColumn("95 % interval", help="From 100 random halves of the items."),
    "shuffled": st.column_config.NumberColumn("Shuffled", format="%.3f", help="Mean of 100 random pairings of items."),
    "calibrated": st.column_config.ProgressColumn(
        "Calibrated",
        format="%.2f",
        min_value=0,
        max_value=1,
        help="(score − shuffled) / (perfect − shuffled): 0 is chance, 1 a perfect match.",
    ),
    "p": st.column_config.NumberColumn("p", format="%.3f", help="Share of shuffles as good, (1 + count) / 101."),
    "items": st.column_config.NumberColumn("Items", format="localized", help="Measures on pairs use a smaller sample."),
    "better": st.column_config.TextColumn("Alike when", help="Whether larger or smaller scores mean more alike."),
    "note": st.column_config.TextColumn("Take care", width="large"),
}


def _warnings(scores: Sequence[Measured]) -> None:
    few = [measure_label(one.measure) for one in scores if one.warning]
    if few:
        st.warning(
            f"For {len(few)} of {len(scores)} measures there are few items for this many dimensions "
            f"({plain(', '.join(few[:4]))}{' …' if len(few) > 4 else ''}). Their raw scores flatter; read the column "
            "“Calibrated”, or take more items.",
            icon=":material/warning:",
        )


def _registry() -> pd.DataFrame:
    fields = {
        "measure": "label",
        "formula": "formula",
        "centring": "centring",
        "does not see": "invariant",
        "direction": "direction",
        "cost": "cost",
        "how to read it": "meaning",
        "source": "source",
        "fitted": "trained",
    }
    rows = [
        {name: getattr(one, field) for name, field in fields.items()}
        | {"needs": "; ".join(NEEDS[word] for word in one.needs), "metric": one.metric}
        for one in METHODS.values()
    ]
    return pd.DataFrame(rows)
