"""The two web applications of a server, in a process each: what people talk to, and the pages behind it."""

from importlib import import_module
from threading import Thread

import streamlit as st
from starlette.applications import Starlette
from starlette.routing import Mount
from streamlit import config

from explorer.app.access.gate import gate, given_origins
from explorer.app.server.assets import asset_route
from explorer.app.server.passing import PassedRequests
from explorer.app.server.routes import light_routes, routes
from explorer.base.shipped import APP
from explorer.io.guard.running import open_workers

FIRST_PAGE = "explorer.app.home"
"""What the first page needs is imported while the browser still loads what draws it."""


def front(pages: str) -> Starlette:
    """What people talk to: answers and pictures at once, all else by the process of the pages at socket `pages`.

    What people bring is read in processes of their own.
    """
    open_workers()
    passed = PassedRequests(pages)
    return Starlette(
        routes=[asset_route(), *light_routes(), Mount("/", passed)], middleware=gate(), lifespan=passed.lifespan
    )


def application() -> st.App:
    """The pages and all routes beside them, for those who have passed the gate."""
    open_workers(warm=False)
    app = st.App(APP, routes=routes())
    config.set_option("server.corsAllowedOrigins", given_origins())  # Streamlit asks the same of websockets once more
    Thread(target=import_module, args=(FIRST_PAGE,), daemon=True).start()
    return app
