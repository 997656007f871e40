"""The web application as an ASGI factory: app.py, the pages beside it and our own routes on one port."""

from pathlib import Path

import streamlit as st

from explorer.server import routes

APP = Path(__file__).resolve().parents[2] / "app.py"


def application() -> st.App:
    """The app that uvicorn serves."""
    return st.App(APP, routes=routes())
