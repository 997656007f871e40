"""The web app: with app.py and pages/ the only place that imports streamlit."""

import logging


def _is_no_surprise(record: logging.LogRecord) -> bool:
    """Whether a message of Streamlit's caches is not about running without its server, as commands do."""
    return "No runtime found" not in record.getMessage()


logging.getLogger("streamlit.runtime.caching.cache_data_api").addFilter(_is_no_surprise)
