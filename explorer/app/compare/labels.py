"""What the views that learn from labels say where a data set has none."""


def no_labels(what: str) -> str:
    """`what` needs labels, and which column would do."""
    return f"{what} needs labels: a column with 2 to 200 values of at least 6 items each. This data set has none."
