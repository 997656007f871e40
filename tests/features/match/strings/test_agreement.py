from explorer.features.match.strings.agreement import by_edits, by_grams, by_jaro, by_words, placed
from explorer.features.match.strings.normalise import Normal


def told(text: str, strengths: list[float]) -> str:
    return "".join(letter if strength else "." for letter, strength in zip(text, strengths, strict=True))


def test_letters_in_a_row_that_both_have() -> None:
    left, right = by_grams("apple", "the apple", 2)
    assert told("apple", left) == "apple" and told("the apple", right) == "....apple"
    assert by_grams("ab", "ba", 2) == ([0, 0], [0, 0])
    assert by_grams("a", "a", 2) == ([1], [1]) and by_grams("", "a", 2) == ([], [0])


def test_rare_letters_stand_out() -> None:
    left, _ = by_grams("abxcd", "abycd", 2, {"ab": 0.2, "cd": 0.8})
    assert left == [0.25, 0.25, 0, 1, 1]


def test_matching_letters_edits_and_words() -> None:
    assert told("martha", by_jaro("martha", "marhta")[0]) == "martha"
    assert told("dixon", by_jaro("dixon", "dicksonx")[0]) == "di.on"
    assert told("kitten", by_edits("kitten", "sitting")[0]) == ".itt.n"
    assert told("corp apple", by_words("corp apple", "apple inc")[0]) == ".....apple"
    assert told("apple inc", by_words("corp apple", "apple inc")[1]) == "apple...."
    assert by_jaro("", "a") == ([], [0])


def test_spans_are_those_of_the_name_as_it_is_written() -> None:
    name = "Enron,  Inc."
    assert placed(name, Normal(), [1, 1, 0, 0, 0, 1, 1, 1, 1]) == (((0, 2), 1.0), ((6, 7), 1.0), ((8, 11), 1.0))
    assert placed(name, Normal(), [0.5, 1, 0, 0, 0, 0, 0, 0, 0]) == (((0, 1), 0.5), ((1, 2), 1.0))
    assert placed("", Normal(), []) == () and placed("ab", Normal(), []) == ()
