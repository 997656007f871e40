"""Which models of a workspace can be bridged, and which can be stitched."""

from explorer.base.errors import ExplorerError
from explorer.base.memory import Memory, remembered
from explorer.encoders.pool import POOL
from explorer.encoders.specs import family
from explorer.encoders.stages import open_tower
from explorer.features.compare.contract import PREFIX, is_network, load_network, network_names
from explorer.workspace.opened import Opened

MAY_BE_JOINT = ("pocket", "open_clip", "tuned")
_LAYERS = Memory()


def joint_models(opened: Opened) -> tuple[list[str], dict[str, str]]:
    """(Models that place images and texts in one space, why others that should do so cannot be used by their specs).

    Waits while they load.
    """
    found, problems = [], {}
    for spec in opened.encoders:
        if family(spec) in MAY_BE_JOINT:
            try:
                if _is_joint(opened, spec):
                    found.append(spec)
            except ExplorerError as error:
                problems[spec] = str(error)
    return found, problems


@remembered(32)
def _is_joint(opened: Opened, spec: str) -> bool:
    return opened.encoder(spec).abilities.joint


def stitchable_models(opened: Opened) -> list[str]:
    """Models of the workspace whose blocks are open, and networks whose layers were brought."""
    found = [spec for spec in opened.encoders if family(spec) in ("pocket", "open_clip")]
    return [*found, *(PREFIX + name for name in network_names(opened.workspace))]


def layers_of(opened: Opened, spec: str) -> tuple[str, ...]:
    """Blocks of a model, or the layers that were brought; waits while a model loads."""
    if is_network(spec):
        return tuple(load_network(opened.workspace, spec).blocks)
    found: tuple[str, ...] = _LAYERS.of("layers", (spec,), 20, lambda: open_tower(POOL.get(spec)).layers)
    return found
