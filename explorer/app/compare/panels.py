"""The panels of the Compare page, by the name of the view that shows them."""

from collections.abc import Callable

from explorer.app.compare.bridge_panel import bridge_panel
from explorer.app.compare.compatibility_panel import compatibility_panel
from explorer.app.compare.controls import Pair
from explorer.app.compare.layers import layers
from explorer.app.compare.many import many
from explorer.app.compare.merging_panel import merging_panel
from explorer.app.compare.stitching_panel import stitching_panel
from explorer.app.compare.two_models import two_models
from explorer.app.compare.view import View
from explorer.workspace.opened import Opened

OF_A_PAIR: dict[str, Callable[[Pair], None]] = {"two": two_models, "layers": layers, "many": many}
"""Those that show the models and the items chosen above them."""
OF_THEIR_OWN: dict[str, Callable[[Opened, View], None]] = {
    "stitch": stitching_panel,
    "bridge": bridge_panel,
    "compatibility": compatibility_panel,
    "merging": merging_panel,
}
"""Those that have choices of their own."""
