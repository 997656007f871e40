from pathlib import Path

import pytest

from explorer.encoders.recommended import recommended
from explorer.encoders.speed import SPEEDS, Speed, estimated, note_speed, rate_of, speed_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    return tmp_path


def test_an_image_takes_as_long_to_read_and_longer_in_the_model() -> None:
    """1,000 images in 10 s on 2 cores, of which 8 core-seconds in the model: 6 ms to read, 4 ms in the model, each."""
    pocket = Speed(1_000, 10.0, 8.0)
    assert estimated(pocket, 1, 2) == pytest.approx(0.010)
    assert estimated(pocket, 12, 2) == pytest.approx(0.006 + 12 * 0.004)
    assert estimated(pocket, 0.5, 2) == pytest.approx(0.010)


def test_estimated_until_it_has_run_here(home: Path) -> None:
    model = recommended("vit-b-32")
    assert rate_of(model, cores=2) is None
    note_speed("pocket", Speed(1_000, 10.0, 8.0))
    rate = rate_of(model, cores=2)
    assert rate and not rate.measured and str(rate) == "about 19 a second (estimated)"
    assert rate.seconds(1_900) == pytest.approx(1_900 * 0.054)
    assert str(rate_of(recommended("pocket"))) == "100 a second (measured here)"
    note_speed(model.spec, Speed(500, 100.0, 150.0))
    assert str(rate_of(model)) == "5.0 a second (measured here)"
    assert rate_of(recommended("minilm")) is None


def test_few_items_and_damaged_notes_say_nothing(home: Path) -> None:
    note_speed("pocket", Speed(99, 1.0, 1.0))
    assert speed_of("pocket") is None and not (home / SPEEDS).exists()
    for damaged in ("{", "[]", '{"pocket": 3}', '{"pocket": {"items": 0, "seconds": 1, "busy": 1}}'):
        (home / SPEEDS).write_text(damaged, encoding="utf-8")
        assert speed_of("pocket") is None
    note_speed("pocket", Speed(100, 1.0, 1.0))
    assert speed_of("pocket") == Speed(100, 1.0, 1.0)
