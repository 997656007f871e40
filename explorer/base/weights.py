"""Whether things belong to the same weights of a model, and the sentence that says so when they do not."""


def same_weights(made: str, present: str) -> bool:
    """True unless two fingerprints contradict each other; "" stands for a method without weights, or none noted."""
    return not made or not present or made == present


def other_weights(what: str, model: str, cure: str = "", *, than: str = "the present ones") -> str:
    """The message for `what` (a subject with its verb: "This head belongs") that is of other weights of `model`.

    cure: what to do, a sentence. than: the weights that were expected.
    """
    return f"{what} to other weights of {model} than {than}. {cure}".rstrip()
