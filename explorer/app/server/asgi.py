"""The web application as an ASGI factory: app.py, the pages beside it and our own routes on one port."""

import streamlit as st

from explorer.app.access.gate import gate
from explorer.app.server.routes import routes
from explorer.base.shipped import APP
from explorer.io.guard.running import open_workers


def application() -> st.App:
    """The app that uvicorn serves. What people bring is read in processes of their own."""
    open_workers()
    return st.App(APP, routes=routes(), middleware=gate())
