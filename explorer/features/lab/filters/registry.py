"""The ways to answer a filtered query, in the order of the figures."""

from explorer.base.method import MethodCard
from explorer.features.lab.filters import inside, own, post, pre

FILTER_WAYS = (*pre.WAYS, *post.WAYS, *inside.WAYS, *own.WAYS)
METHODS: dict[str, MethodCard] = {way.card.name: way.card for way in FILTER_WAYS}
