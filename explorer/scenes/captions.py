"""Sentences about scenes: full captions, captions of the relation only, and prompts for every value."""

from numpy.random import PCG64, Generator

from explorer.scenes.values import Scene
from explorer.scenes.words import (
    BACKGROUND_WORDS,
    COLOUR_WORDS,
    COUNT_WORDS,
    DIRECTION_WORDS,
    FILL_WORDS,
    RELATION_WORDS,
    SHAPE_WORDS,
    SIDE_WORDS,
    SIZE_WORDS,
)

Prompts = dict[str, dict[str | int, list[str]]]

SENTENCES: tuple[str, ...] = (
    "{what}, {where}",
    "{where}: {what}",
    "{where} there are {what}",
    "a picture of {what}, {where}",
)


class _Voice:
    """Chooses among wordings, the same way every time for one scene."""

    def __init__(self, scene: Scene, purpose: int) -> None:
        self._rng = Generator(PCG64([scene.seed, purpose]))

    def pick(self, wordings: tuple[str, ...]) -> str:
        return wordings[int(self._rng.integers(len(wordings)))]

    def mostly_first(self, wordings: tuple[str, ...]) -> str:
        return wordings[0] if self._rng.random() < 0.7 else self.pick(wordings)


def with_article(words: str) -> str:
    """Words without an article -> the words with "a" or "an"."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _things(scene: Scene, voice: _Voice) -> str:
    count = voice.mostly_first(COUNT_WORDS[scene.count])
    size = voice.pick(("", voice.mostly_first(SIZE_WORDS[scene.size])))
    colour, fill = voice.mostly_first(COLOUR_WORDS[scene.colour]), voice.mostly_first(FILL_WORDS[scene.fill])
    shape = voice.mostly_first(tuple(names[scene.count > 1] for names in SHAPE_WORDS[scene.shape]))
    order = voice.pick((f"{colour} {fill} {shape}", f"{fill} {colour} {shape}", f"{fill} {shape} in {colour}"))
    return " ".join(f"{count} {size} {order}".split())


def _second(scene: Scene, voice: _Voice) -> str:
    if not scene.second_shape:
        return ""
    shape = voice.mostly_first(tuple(one for one, _ in SHAPE_WORDS[scene.second_shape]))
    return with_article(f"{voice.mostly_first(COLOUR_WORDS[scene.second_colour])} {shape}")


def caption(scene: Scene) -> str:
    """Scene -> a true English sentence that names shape, colour, fill, count, background and relation.

    Direction and the second thing are named where there are any; the size is sometimes left out.
    """
    voice = _Voice(scene, 1)
    what = voice.pick(RELATION_WORDS[scene.relation]).format(
        things=_things(scene, voice),
        second=_second(scene, voice),
        way=DIRECTION_WORDS.get(scene.direction, ""),
        side=SIDE_WORDS.get(scene.direction, ""),
    )
    sentence = voice.pick(SENTENCES)
    if scene.count == 1 or what.startswith("a "):
        sentence = sentence.replace("there are", "there is")
    return sentence.format(what=what, where=voice.mostly_first(BACKGROUND_WORDS[scene.background]))


def anonymous_caption(scene: Scene) -> str:
    """Scene -> its relation in words, with the slot {things} (and {second}) left open."""
    voice = _Voice(scene, 2)
    return anonymous_phrase(voice.pick(RELATION_WORDS[scene.relation]))


def anonymous_phrase(phrase: str) -> str:
    """A relation phrase -> the same without a particular direction or side."""
    return phrase.replace("{way}", "in one direction").replace("{side}", "on one side")


def _of_shapes() -> dict[str | int, list[str]]:
    prompts: dict[str | int, list[str]] = {}
    for shape, names in SHAPE_WORDS.items():
        words = [w for one, several in names for w in (one, with_article(one), several)]
        prompts[shape] = [*dict.fromkeys(words), f"things shaped like {with_article(names[0][0])}"]
    return prompts


def _of_relations() -> dict[str | int, list[str]]:
    def plain(phrase: str) -> str:
        return anonymous_phrase(phrase).format(things="things", second="another thing")

    return {name: [name, *(plain(phrase) for phrase in phrases)] for name, phrases in RELATION_WORDS.items()}


def _adjectives(table: dict[str, tuple[str, ...]], kind: str) -> dict[str | int, list[str]]:
    return {
        value: [p for w in words for p in (w, f"{w} things", with_article(f"{w} thing"), f"something {w} {kind}")]
        for value, words in table.items()
    }


def attribute_prompts() -> Prompts:
    """Attribute -> value -> several phrasings of that value, for classifying pictures by words."""
    seconds = {shape: f"with {with_article(names[0][0])} as the other thing" for shape, names in SHAPE_WORDS.items()}
    tints = {colour: f"with {with_article(words[0])} thing as the other one" for colour, words in COLOUR_WORDS.items()}
    return {
        "shape": _of_shapes(),
        "colour": _adjectives(COLOUR_WORDS, "in colour"),
        "fill": _adjectives(FILL_WORDS, "in texture"),
        "size": _adjectives(SIZE_WORDS, "in size"),
        "count": {
            n: [w for word in words for w in (f"{word} thing{'s' * (n > 1)}", f"exactly {word} object{'s' * (n > 1)}")]
            for n, words in COUNT_WORDS.items()
        },
        "background": {name: [name, *words, f"things {words[0]}"] for name, words in BACKGROUND_WORDS.items()},
        "relation": _of_relations(),
        "direction": {d: [DIRECTION_WORDS[d], SIDE_WORDS[d], f"leading {DIRECTION_WORDS[d]}"] for d in DIRECTION_WORDS},
        "second_shape": {shape: [text, text.replace("as the other", "as another")] for shape, text in seconds.items()},
        "second_colour": {colour: [text, text.replace("as the other", "as another")] for colour, text in tints.items()},
    }
