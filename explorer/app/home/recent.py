"""What a person has asked for on Explore in this session, the newest first."""

from urllib.parse import parse_qs

import streamlit as st

from explorer.app.explore.history import History
from explorer.app.explore.state import HISTORY

MOST = 6


def recent_texts() -> list[str]:
    """The last texts that were searched for."""
    seen = History(*st.session_state.get(HISTORY, ((), "", ())))
    return texts_of([seen.present, *reversed(seen.past)])


def texts_of(addresses: list[str]) -> list[str]:
    """The texts in the queries of addresses, each once."""
    found = []
    for address in addresses:
        for part in parse_qs(address).get("q", []):
            kind, _, rest = part.partition(":")
            if kind == "text" and rest.partition(":")[2].strip():
                found.append(rest.partition(":")[2].strip())
    return list(dict.fromkeys(found))[:MOST]
