"""The spaces of candidates by name."""

from typing import Any

from explorer.features.elites.space import Space
from explorer.features.elites.spaces.data import DataSpace
from explorer.features.elites.spaces.scenes import SceneSpace

SPACES: dict[str, Space[Any]] = {space.name: space for space in (DataSpace(), SceneSpace())}
