"""What the table of simulated people says of an accuracy."""

import pytest

from explorer.app.agreement.reward_panel import _accuracy
from explorer.features.judgments.learning.sirl import SirlRow


@pytest.mark.parametrize(("value", "error", "text"), [(0.98, 0.05, "98.0% (88.2% to 100.0%)"), (0.6, 0.1, "60.0% (40")])
def test_the_interval_ends_where_an_accuracy_does(value: float, error: float, text: str) -> None:
    row = SirlRow(name="x", queries=1, odd=0.5, error=0.5, accuracy=value, accuracy_error=error)
    assert _accuracy(row).startswith(text)
