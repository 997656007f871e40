"""All losses by name, the usual one first."""

from explorer.features.tune.losses.arcface import ARCFACE
from explorer.features.tune.losses.group_infonce import GROUP_INFO_NCE
from explorer.features.tune.losses.infonce import INFO_NCE
from explorer.features.tune.losses.loss import Loss
from explorer.features.tune.losses.mnr import MNR, MNR_PLUS
from explorer.features.tune.losses.multi_similarity import MULTI_SIMILARITY
from explorer.features.tune.losses.triplet import TRIPLET

_ALL = (MULTI_SIMILARITY, ARCFACE, TRIPLET, INFO_NCE, MNR, MNR_PLUS, GROUP_INFO_NCE)
LOSSES: dict[str, Loss] = {loss.name: loss for loss in _ALL}
