"""What each fix of the geometry would change, and the button that applies one."""

import pandas as pd
import streamlit as st

from explorer.app.diagnose.view import ADDRESS, Context, choose_column
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, small_or_job, start_job, work_button
from explorer.app.frame.visits import address_of
from explorer.base.metrics import Score
from explorer.features.diagnose.fixes.contract import FIXES
from explorer.features.diagnose.fixes.effects import Effect, K
from explorer.features.diagnose.fixes.service import LEAVE, Report, known_report, label_column, model_name, report
from explorer.features.diagnose.fixes.words import change_words, fix_title, measured_on, score_words
from explorer.search.label_columns import label_columns
from explorer.workspace.item_hubs import item_nearness, wants_correction

AT_ONCE = 1_000


def fixes_panel(context: Context) -> None:
    """The table of all fixes, then the one that was chosen."""
    opened, spec = context.opened, context.encoder
    st.markdown("**Does a fix help?** · what each would change, measured here before you apply one")
    columns = label_columns(opened)
    column = label_column(opened, context.view.column if context.view.column in opened.dataset.attributes else "")
    if columns:
        choose_column("column", columns if column in columns else [column, *columns], column)
    found = known_report(opened, spec, column)
    if found is None:
        labels = ["--labels", column] if column else []
        args = ["diagnose", str(opened.path), "--model", spec, "--fixes", *labels]
        if not small_or_job(opened.workspace, args, "Measure the fixes", count=len(opened.dataset), most=AT_ONCE):
            return
        found = report(opened, spec, column)
    _table(found)
    _chosen(context, found)


def _table(found: Report) -> None:
    rows = [_row(one) for one in found.effects]
    table = pd.DataFrame(rows).dropna(axis="columns", how="all")
    st.dataframe(table, hide_index=True, width="stretch", key="diagnose.fixes")
    st.caption(
        f"{plain(measured_on(found))} Label recall@{K}: the share of an item’s {K} nearest others that have its label, "
        f"as far as there are {K}; in brackets 95 % intervals by resampling queries. Names: the values of the column, "
        "asked for as words on Explore. Changes are differences query by query."
    )


def _row(effect: Effect) -> dict[str, object]:
    compared = bool(effect.fix)
    return {
        "": fix_title(effect.fix),
        "hubness": f"{effect.hubness:.2f}".replace("-", "−"),
        "mean cosine": f"{effect.mean_cosine:.3f}".replace("-", "−"),
        "gap": None if effect.gap is None else f"{effect.gap:.2f}",
        "label recall, items": _score(effect.items),
        "change, items": _score(effect.items_change, signed=True) if compared else _blank(effect.items),
        "label recall, names": _score(effect.words),
        "change, names": _score(effect.words_change, signed=True) if compared else _blank(effect.words),
    }


def _score(score: Score | None, signed: bool = False) -> str | None:
    return score_words(score, signed) if score else None


def _blank(score: Score | None) -> str | None:
    return "" if score else None


def _chosen(context: Context, found: Report) -> None:
    names = [one.fix for one in found.effects if one.fix]
    fix = context.view.fix if context.view.fix in names else names[0]
    st.session_state["diagnose.fix"] = fix
    st.segmented_control(
        "Fix",
        names,
        key="diagnose.fix",
        format_func=lambda name: plain(fix_title(name)),
        required=True,
        on_change=lambda: ADDRESS.change(fix=st.session_state["diagnose.fix"]),
    )
    st.write(FIXES[fix].does)
    for line in change_words(next(one for one in found.effects if one.fix == fix)):
        st.markdown(f"- {plain(line)}")
    if FIXES[fix].shift is None:
        _search(context, fix)
    else:
        _model(context, fix)
    for name, why in found.refused.items():
        st.caption(f"{plain(fix_title(name))}: {plain(why)}")


def _model(context: Context, fix: str) -> None:
    """The new model, or the button that makes it."""
    opened, spec = context.opened, f"tuned:{model_name(context.opened, context.encoder, fix)}"
    if spec in opened.encoders:
        query = {**address_of("Explore"), "model": [spec]}
        st.page_link(
            "pages/1_Explore.py", label=f"Explore with {plain(spec)}", icon=":material/search:", query_params=query
        )
    label = "Make it again" if spec in opened.encoders else "Make it a model of this workspace"
    _apply(context, fix, label, f"It is called {spec}; pictures and words that are searched by go the same way.")


def _search(context: Context, fix: str) -> None:
    """The switch of search by items."""
    workspace, spec = context.opened.workspace, context.encoder
    if not wants_correction(workspace, spec):
        _apply(context, fix, "Correct search by items", "It holds for everybody who searches here with this model.")
        return
    if item_nearness(workspace, spec) is None:
        st.warning("The vectors have changed since, so search is not corrected now. Apply it again, or run Prepare.")
        _apply(context, fix, "Correct search by items", "It is worked out anew.")
    else:
        st.success(f"Search by items and pictures under {plain(spec)} is corrected.")
    _apply(context, LEAVE, "Search without it", "Answers are in the order of the cosine again.")


def _apply(context: Context, fix: str, label: str, about: str) -> None:
    opened = context.opened
    busy = running(opened.workspace)
    with st.container(horizontal=True, vertical_alignment="center"):
        if work_button(label, key=f"diagnose.apply.{fix}", icon=":material/auto_fix_high:", disabled=busy):
            args = ["diagnose", str(opened.path), "--model", context.encoder, "--fix", fix]
            start_job(opened.path, args, label)
        st.caption(plain(about), width="content")
    if busy:
        show_jobs(opened.workspace)
