"""The web application as an ASGI factory: app.py, the pages beside it and our own routes on one port."""

import streamlit as st

from explorer.app.server.routes import routes
from explorer.base.shipped import APP


def application() -> st.App:
    """The app that uvicorn serves."""
    return st.App(APP, routes=routes())
