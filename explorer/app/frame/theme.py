"""The look beyond .streamlit/config.toml: spacing and a few quiet rules of style."""

from base64 import b64encode

import streamlit as st

from explorer.base.shipped import ASSETS

MARKS = r"\`*_{}[]()<>#+-.!|$~:"
MARK = ASSETS / "icon.svg"
CSS = """
<style>
.brand {display: flex; align-items: center; gap: .7rem; font-weight: 650; font-size: 1.08rem; line-height: 1.15;}
.brand img {width: 2.6rem; height: 2.6rem; flex: none;}
.block-container {padding-top: 2.6rem; padding-bottom: 3rem; max-width: 1700px;}
[data-testid="stSidebarUserContent"] {padding-top: .5rem;}
.strip {display: flex; gap: .5rem; overflow: hidden; height: 96px; flex-wrap: wrap;}
.strip img {width: 96px; height: 96px; object-fit: cover; border-radius: .5rem;}
[data-testid="stMetricValue"] {font-size: 1.7rem;}
@media (max-width: 640px) {.block-container {padding-top: 4.2rem;}}
</style>
"""
WIDE = "<style>.block-container {padding-left: 2rem; padding-right: 2rem; padding-top: 2rem}</style>"


def apply() -> None:
    """Add the style rules to the page."""
    st.html(CSS)


def wide() -> None:
    """Leave less room around the page, for pages that need all of it."""
    st.html(WIDE)


def brand() -> None:
    """The mark and the name, for the top of the sidebar."""
    mark = b64encode(MARK.read_bytes()).decode()
    image = f'<img alt="" src="data:image/svg+xml;base64,{mark}">'
    st.html(f'<div class="brand">{image}<span>Similarity<br>Explorer</span></div>')


def accent() -> str:
    """The main colour of the theme that the reader uses now."""
    return "#6FB1F0" if st.context.theme.type == "dark" else "#2F6DB5"


def plain(text: str) -> str:
    """`text` for a place that reads Markdown, so that nothing in it is taken for formatting."""
    return "".join(f"\\{c}" if c in MARKS else c for c in text)
