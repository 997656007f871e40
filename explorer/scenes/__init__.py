"""A procedural world of pictures in which every similarity has a known answer."""

from explorer.scenes.captions import anonymous_caption, attribute_prompts, caption
from explorer.scenes.demo import demo_scenes
from explorer.scenes.genotype import Genotype, from_genotype, genotype
from explorer.scenes.heldout import HELD_OUT_RELATION_SHAPE, HELD_OUT_SHAPE_COLOUR, is_held_out
from explorer.scenes.parse import parse
from explorer.scenes.relations import RELATIONS
from explorer.scenes.render import place, render
from explorer.scenes.sample import is_valid, mutate, repair, sample
from explorer.scenes.values import Scene, attributes

__all__ = [
    "HELD_OUT_RELATION_SHAPE",
    "HELD_OUT_SHAPE_COLOUR",
    "RELATIONS",
    "Genotype",
    "Scene",
    "anonymous_caption",
    "attribute_prompts",
    "attributes",
    "caption",
    "demo_scenes",
    "from_genotype",
    "genotype",
    "is_held_out",
    "is_valid",
    "mutate",
    "parse",
    "place",
    "render",
    "repair",
    "sample",
]
