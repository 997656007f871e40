"""How much all uploads together may take on disk."""

from explorer.app.home.words import size
from explorer.base.errors import LimitError
from explorer.base.permission import require
from explorer.base.settings import home, uploads_limit
from explorer.io.copying import size_on_disk


def check_room(folder: str, count: int) -> None:
    """LimitError when `count` bytes more in this folder of the home are more than all uploads may take."""
    require("upload")
    used, most = size_on_disk(home() / folder), uploads_limit()
    if used + count > most:
        raise LimitError(
            f"Uploads may take {size(most)} on this server and take {size(used)}; this file has {size(count)}. Whoever "
            "runs the server removes what nothing needs any more with “explorer workspace clean”, or allows more "
            "with EXPLORER_UPLOADS_GB."
        )
