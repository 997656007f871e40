"""The home page."""

from explorer.app.frame.page import run_page
from explorer.app.home import body

run_page("Home", body, needs_workspace=False)
