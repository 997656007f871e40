from explorer.base.weights import other_weights, same_weights


def test_only_two_known_fingerprints_can_differ() -> None:
    assert same_weights("a", "a") and same_weights("", "a") and same_weights("a", "")
    assert not same_weights("a", "b")


def test_the_sentence_says_what_to_do() -> None:
    assert other_weights("This head belongs", "pocket", "Train it again.") == (
        "This head belongs to other weights of pocket than the present ones. Train it again."
    )
    assert other_weights("It belongs", "pocket", than="those of the data").endswith("than those of the data.")
