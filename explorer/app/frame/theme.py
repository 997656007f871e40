"""The look beyond .streamlit/config.toml: spacing and a few quiet rules of style."""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.base.shipped import ASSETS

JS = Path(__file__).parent / "js"
MARK = ASSETS / "icon.svg"
CSS = """
<style>
.brand {display: flex; align-items: center; gap: .7rem; font-weight: 650; font-size: 1.08rem; line-height: 1.15;}
.brand img {width: 2.6rem; height: 2.6rem; flex: none;}
.block-container {padding: 1.1rem 1.6rem 2rem; max-width: 2400px;}
[data-testid="stSidebarHeader"] {position: absolute; right: 0; z-index: 1; width: auto; height: 3rem; margin: 0;}
[data-testid="stSidebarUserContent"] {padding-top: .9rem;}
[data-testid="stHeader"] {width: 3.4rem; height: 3.2rem; background: none;}
[data-testid="stHeader"] [data-testid="stToolbar"] {padding: 0; height: 3.2rem; min-height: 0;}
header:has([data-testid="stToolbar"]) ~ [data-testid="stMain"] .block-container {padding-left: 3.6rem;}
.st-key-questions [data-testid="stPageLink-NavLink"] * {white-space: normal; overflow: visible;}
.strip {display: flex; gap: .5rem; overflow: hidden; height: 96px; flex-wrap: wrap;}
.strip img {width: 96px; height: 96px; object-fit: cover; border-radius: .5rem;}
.strip img.asked {outline: 3px solid light-dark(#1F5FA8, #8FC3F7); outline-offset: -3px; margin-right: .5rem;}
[data-testid="stMetricValue"] {font-size: 1.7rem;}
[data-testid="stChatInput"] > div {min-height: 0;}
.st-key-page-actions p, .st-key-explore-more p {font-size: 0;}
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {gap: .7rem;}
[data-testid="stColumn"] > [data-testid="stVerticalBlock"] {gap: .7rem;}
[data-testid="stCaptionContainer"], [data-testid="stExpander"] summary {opacity: .8;}
[data-testid="stButtonGroup"] button[data-selected="true"] [data-testid="stMarkdownContainer"],
[data-testid="stSliderThumbValue"] [data-testid="stMarkdownContainer"] {color: light-dark(#1F5FA8, #8FC3F7);}
[data-testid="stButtonGroup"] button {min-height: 2rem; padding-left: .65rem; padding-right: .65rem;}
@media (max-width: 1000px) {
  .st-key-explore-named {flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none;}
  .st-key-explore-named > * {flex: none;}
  [data-testid="stButtonGroup"]:has(button:nth-of-type(6)) > div {gap: .3rem;}
  [data-testid="stButtonGroup"]:has(button:nth-of-type(6)) button {border-radius: .5rem;}
  [data-testid="stButtonGroup"]:has(button:nth-of-type(6)) button:not([data-selected="true"]) {
    border-color: light-dark(#D5D8D6, #3A424A) !important;
  }
}
@media (max-width: 640px) {
  .block-container, header:has([data-testid="stToolbar"]) ~ [data-testid="stMain"] .block-container {
    padding: 3.2rem 1rem 2rem;
  }
  [data-testid="stLayoutWrapper"]:has(> .st-key-page-actions) {position: absolute; top: .5rem; right: 1rem;}
  .st-key-explore-share {position: absolute; top: .5rem; right: 8.25rem; width: auto;}
  [data-testid="stMainBlockContainer"] [data-testid="stColumn"] {min-width: 100%;}
  [data-testid="stButtonGroup"] > [role="radiogroup"] {flex-wrap: wrap; row-gap: .3rem;}
}
[data-testid="stSidebar"][data-collapsed="true"], [data-testid="stSidebar"][data-collapsed="true"] * {
  visibility: hidden !important;}
[data-testid="stApp"] :is(a, button, summary, [role="tab"], [role="slider"]):focus-visible,
[data-testid="data-grid-canvas"]:focus-visible {outline: 2px solid light-dark(#2A66AD, #8FC3F7); outline-offset: 1px;}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after {animation-duration: 1ms !important; animation-iteration-count: 1 !important;
    transition-duration: 0s !important; transition-delay: 0s !important; scroll-behavior: auto !important;}
}
</style>
"""
ANSWERS_FIRST = """
@media (max-width: 640px), (max-width: 900px) and (max-height: 520px) {
  [data-testid="stMainBlockContainer"] > div > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]:has(
    > [data-testid="stColumn"]) {flex-direction: column-reverse; flex-wrap: nowrap;}
  [data-testid="stMainBlockContainer"] > div > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]
    > [data-testid="stColumn"] {width: 100%; min-width: 100%; flex: none;}
}
"""
TO_THE_END = "[data-testid='stMainBlockContainer'] {padding-bottom: 0}"


def apply() -> None:
    """Add the style rules to the page."""
    st.html(CSS)


def brand() -> None:
    """The mark and the name, for the top of the sidebar."""
    mark = b64encode(MARK.read_bytes()).decode()
    image = f'<img alt="" src="data:image/svg+xml;base64,{mark}">'
    st.html(f'<div class="brand">{image}<span>Similarity<br>Explorer</span></div>')


def answers_first(yes: bool) -> None:
    """On a narrow window, or a small one such as at 200 % zoom: the last column first, the others below, when `yes`."""
    st.html(f"<style>{ANSWERS_FIRST if yes else ''}</style>")


def to_the_end() -> None:
    """No room below the page's parts, for pages whose parts reach to the end of the window."""
    st.html(f"<style>{TO_THE_END}</style>")


def light_or_dark(pages: Sequence[str]) -> None:
    """Buttons for light, dark, or as the system has it. pages: last parts of the addresses of all pages."""
    _choice()(data={"pages": list(pages)}, key="frame.theme", height="content")


@cache
def _choice() -> Any:
    css, js = ((JS / f"theme_choice.{kind}").read_text("utf-8") for kind in ("css", "js"))
    return st.components.v2.component("explorer_theme_choice", css=css, js=js)


def accent() -> str:
    """The main colour of the theme that the reader uses now."""
    return "#6FB1F0" if st.context.theme.type == "dark" else "#2A66AD"


def letter_colour() -> str:
    """The colour of text in the theme that the reader uses now, for figures, whose own letters are paler."""
    return "#E8ECEF" if st.context.theme.type == "dark" else "#1B2430"
