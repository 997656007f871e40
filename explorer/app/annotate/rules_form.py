"""The form that decides which answers of a campaign count."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.features.judgments.members import Member
from explorer.features.judgments.service import Rules, people_of, rules_for, set_rules_for, what_counts
from explorer.features.judgments.settings import Campaign
from explorer.workspace.opened import Opened


def rules_form(opened: Opened, campaign: Campaign) -> None:
    """Say what is left out now; organisers may change the rules."""
    counts = what_counts(opened, campaign.name)
    st.caption(plain(counts.sentence or "All answers count under the rules of the campaign."))
    if not may("run campaigns"):
        return
    with st.form(f"rules_{campaign.name}", border=False):
        rules = _fields(campaign.name, rules_for(opened, campaign.name), people_of(opened, campaign.name))
        if st.form_submit_button("Decide", key=f"rules_go_{campaign.name}"):
            try:
                set_rules_for(opened, campaign.name, rules)
            except ExplorerError as error:
                st.error(plain(error))
            else:
                st.rerun()
    st.caption("Nothing is deleted: Agreement, models that learn, and exports follow these rules.")


def _fields(name: str, rules: Rules, people: Sequence[Member]) -> Rules:
    left, right = st.columns(2, gap="large")
    with left:
        values = _of_answers(name, rules)
    with right:
        values |= _of_people(name, rules)
        labels = {one.key: f"{one.label} ({one.key})" if one.label else one.key for one in people if not one.withdrawn}
        known = labels | {key: key for key in rules.people if key not in labels}
        values["people"] = tuple(
            st.multiselect(
                "Leave out these people",
                list(known),
                default=list(rules.people),
                format_func=lambda key: known[key],
                key=f"rules_people_{name}",
            )
        )
    return Rules(**values)


def _of_answers(name: str, rules: Rules) -> dict[str, Any]:
    fast = st.number_input(
        "Leave out choices faster than (ms)",
        0,
        60_000,
        int(rules.fast_ms),
        step=50,
        key=f"rules_fast_{name}",
        help="0 keeps all. Within 200 ms nobody has seen the pictures and chosen.",
    )
    return {
        "fast_ms": float(fast),
        "late": st.checkbox("Late answers count", rules.late, key=f"rules_late_{name}"),
        "hidden": st.checkbox(
            "Answers count when the page was out of sight for a while", rules.hidden, key=f"rules_hidden_{name}"
        ),
        "paused": st.checkbox("Answers count when there was a pause", rules.paused, key=f"rules_paused_{name}"),
        "reloaded": st.checkbox(
            "Answers count when the page was loaded again", rules.reloaded, key=f"rules_reloaded_{name}"
        ),
    }


def _of_people(name: str, rules: Rules) -> dict[str, Any]:
    passed = _percent("Share of attention checks to pass (%)", rules.passed, f"rules_passed_{name}", "0 asks for none.")
    least = st.number_input(
        "Checks from which on that is asked", 1, 1000, rules.least_checks, key=f"rules_least_{name}"
    )
    skipped = _percent("Most questions skipped (%)", rules.skipped, f"rules_skipped_{name}", "100 allows any.")
    same = _percent(
        "Repeats to answer alike (%)", rules.consistent, f"rules_same_{name}", "0 asks for none; from three repeats on."
    )
    label = "Who comes again under the same id counts once"
    once = st.checkbox(label, rules.once, key=f"rules_once_{name}", help="PROLIFIC_PID, workerId and the like.")
    return {
        "passed": rules.passed if round(100 * rules.passed) == passed else passed / 100,
        "least_checks": int(least),
        "skipped": skipped / 100,
        "consistent": same / 100,
        "once": once,
    }


def _percent(label: str, share: float, key: str, about: str) -> int:
    return int(st.number_input(label, 0, 100, round(100 * share), step=5, key=key, help=about))
