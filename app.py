"""The home page."""

from explorer.ui.home import body
from explorer.ui.page import run_page

run_page("Home", body, needs_workspace=False)
