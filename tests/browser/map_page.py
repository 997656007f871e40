"""A page with nothing but the map, for the browser tests: 400 points on a grid, their texts given inline.

With another count a cloud, and two groups of six far from it.
"""

import numpy as np
import streamlit as st

from explorer.app.frame.map import similarity_map
from explorer.drawing.map.values import MapColours, MapHighlight, MapItems, MapLabel, MapPoints

SIDE, FAR = 20, 30


@st.cache_resource
def values(count: int, turned: bool = False) -> tuple[MapPoints, MapColours]:
    if count == SIDE * SIDE:
        xy = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1).reshape(-1, 2).astype(np.float32)
    else:
        xy = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
        xy[:6, 0] += FAR
        xy[6:12, 1] -= FAR
    return MapPoints(xy[:, ::-1] * 3 if turned else xy), MapColours.categories(
        np.arange(count) % 3, ["circle", "square", "star"], label="shape"
    )


def main() -> None:
    """Draw the map and write down what it reports."""
    count = int(st.query_params.get("count", SIDE * SIDE))
    points, colours = values(count, bool(st.session_state.get("turned")))
    log = st.session_state.setdefault("log", [])
    mask = None
    if "chosen" in st.session_state:
        mask = np.zeros(count, np.bool_)
        mask[: st.session_state["chosen"]] = True
    picked = st.session_state.get("picked")
    near = [] if picked is None else [row for row in (picked + 1, picked - 1) if 0 <= row < count]
    event = similarity_map(
        points,
        colours,
        MapHighlight(picked=picked, neighbours=near, similarities=[0.875] * len(near)),
        key="map",
        selected=mask,
        items=MapItems(
            ids=[f"id-{row}" for row in range(min(count, 400))], texts=["<b>bold</b> & 'quoted'"] * min(count, 400)
        ),
        labels=[MapLabel("the middle", 9.5, 9.5, 5)],
        at=st.query_params.get("at", ""),
        report_view=bool(st.session_state.get("share")),
    )
    if event:
        log.append(f"{event.kind}:{event.op}:{event.row}")
        if event.kind == "select":
            low, high = event.polygon.min(axis=0), event.polygon.max(axis=0)
            log.append(f"box {low.round(1).tolist()} {high.round(1).tolist()}")
            st.session_state["chosen"] = count // 4
        if event.kind in ("pick", "query"):
            st.session_state["picked"] = event.row
        if event.kind == "clear" and event.op == "selection":
            st.session_state.pop("chosen", None)
        elif event.kind == "clear":
            st.session_state["picked"] = None
        elif event.kind == "view":
            st.query_params["at"] = event.at
        st.rerun()
    st.text("LOG " + " ; ".join(log))
    st.button("run again")
    st.button("change the address", on_click=lambda: st.query_params.update(more="1"))
    st.toggle("share", key="share")
    st.toggle("turn", key="turned")


main()
