"""The short list of models: what each is, what it costs, and the buttons that get it, try it, or use it."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import start_job, work_button
from explorer.app.home.trial import compare_button
from explorer.encoders.hub import is_here
from explorer.encoders.recommended import RECOMMENDED, Recommended
from explorer.encoders.speed import rate_of
from explorer.workspace.opened import Opened

RATE_HELP = (
    "Measured once a model has run on this computer. Until then estimated: the time that pocket takes here to read an "
    "image, and the time in pocket's network as many times longer as this one works."
)
IMAGENET_HELP = (
    "Published share of 50,000 photos that get their right name out of 1,000, by words alone and without training. "
    "It says something about photos of things; what it means for your data, a comparison on your data says."
)


def pick_model(opened: Opened) -> None:
    """The models of the list that can read the items, without those that the workspace has."""
    wanted = "images" if opened.dataset.has_images else "texts"
    listed = [one for one in RECOMMENDED if one.kind == wanted and one.spec not in opened.encoders]
    if opened.dataset.has_images and opened.dataset.has_texts:
        listed += [one for one in RECOMMENDED if one.kind == "texts" and one.spec not in opened.encoders]
    for one in listed:
        with st.container(border=True, key=f"model.{one.name}"):
            _row(opened, one)


def _row(opened: Opened, one: Recommended) -> None:
    left, middle, right = st.columns([5, 4, 3], vertical_alignment="center")
    left.markdown(f"**{plain(one.title)}**  \nGood at {plain(one.good_at)}.")
    middle.markdown("  \n".join(_facts(one)), help=f"{RATE_HELP} {IMAGENET_HELP}" if one.side else RATE_HELP)
    with right.container(horizontal=True, horizontal_alignment="right"):
        _buttons(opened, one)


def _facts(one: Recommended) -> list[str]:
    """Lines in small type: size and licence, what it looks at, how fast it is here."""
    size = "built in" if one.built_in else "on this computer" if is_here(one) else f"{one.megabytes:,} MB to download"
    looks = f"{one.side} × {one.side} pixels, {one.dim} numbers" if one.side else f"{one.dim} numbers"
    rate = rate_of(one)
    speed = (
        str(rate) if rate else f"about {one.work:.0f} times the work of pocket" if one.work > 1 else "not measured yet"
    )
    published = f" · ImageNet {one.imagenet}\u00a0%" if one.imagenet else ""
    return [f":small[{plain(line)}]" for line in (f"{size} · {one.licence}", f"{looks}{published}", speed)]


def _buttons(opened: Opened, one: Recommended) -> None:
    here = is_here(one)
    if opened.encoders:
        compare_button(opened, one, "Try it" if here else "Get and try", f"try.{one.name}")
    if not here and work_button("Download", key=f"get.{one.name}", icon=":material/download:", type="tertiary"):
        start_job(opened.path, ["models", "get", one.name], f"Download {one.title}")
    label = "Embed all" if here else "Get and embed all"
    if (here or not opened.encoders) and work_button(
        label, key=f"all.{one.name}", icon=":material/bolt:", type="tertiary"
    ):
        start_job(opened.path, ["prepare", str(opened.path), "--model", one.spec], f"Add the model {one.title}")
