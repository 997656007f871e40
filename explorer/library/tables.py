"""Answers of features with a table each: comparisons of models, MAP-Elites runs."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from explorer.features.compare.comparison import Comparison
from explorer.features.compare.contract import METHODS as MEASURES
from explorer.features.compare.resampling import Measured
from explorer.features.elites.table import elites_table
from explorer.features.elites.view import OpenRun
from explorer.library.notebook.bars import Bar, bars_html
from explorer.library.notebook.still_gallery import fact_card

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Compared:
    """How alike two models see a collection. found: the scores, each with interval, chance and warning."""

    found: Comparison

    def __getitem__(self, measure: str) -> Measured:
        """The score by one measure, with its interval and chance; KeyError when it was not asked for."""
        return self.found[measure]

    def to_pandas(self) -> "pd.DataFrame":
        """A row a measure: value, its 95 % interval (low, high), the score of shuffled items, p, items, warning."""
        import pandas as pd

        frame = pd.DataFrame([asdict(one) for one in self.found.scores])
        frame.insert(1, "label", [MEASURES[name].label for name in frame["measure"]])
        return frame

    def __str__(self) -> str:
        """The scores as a table, then the warnings."""
        return str(self.found)

    def __repr__(self) -> str:
        lines = [f"{self.found.a} and {self.found.b} on {self.found.items:,} items"]
        for one in self.found.scores:
            interval = f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"
            lines.append(f"{MEASURES[one.measure].label}: {interval}, shuffled {one.shuffled:.3f}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """A card for notebooks; all foreign text is escaped."""
        bars = [
            Bar(
                label=MEASURES[one.measure].label,
                value=one.value,
                low=one.low,
                high=one.high,
                chance=one.shuffled,
                warning=one.warning,
            )
            for one in self.found.scores
        ]
        facts = {"models": f"{self.found.a} and {self.found.b}", "items": f"{self.found.items:,}"}
        return fact_card("How alike two models see the collection", facts, below=bars_html(bars))


@dataclass(frozen=True)
class Elites:
    """A finished MAP-Elites run: the best item of every cell. run: what it evaluated, its archive and settings."""

    run: OpenRun

    def __len__(self) -> int:
        return len(self.run.archive.occupied)

    def to_pandas(self) -> "pd.DataFrame":
        """A row a filled cell: the cell, its place, raw measures, quality, and what the elite is."""
        frame: pd.DataFrame = elites_table(self.run).to_pandas()
        return frame

    @property
    def scores(self) -> dict[str, float]:
        """Evaluations, filled cells of how many, coverage, QD score with what it counts from, and best quality."""
        return self.run.scores()

    def _repr_html_(self) -> str:
        """A card for notebooks; all foreign text is escaped."""
        cells, settings = self.run.archive.cells, self.run.settings
        facts = {
            "axes": ", ".join(map(str, settings.measures)),
            "quality": str(settings.quality),
            "filled": f"{len(self):,} of {cells:,} cells ({len(self) / cells:.0%})",
            "evaluations": f"{len(self.run.log):,}",
            "best quality": f"{self.scores['best']:.3f}",
        }
        return fact_card(f"MAP-Elites: {self.run.name}", facts)

    def __repr__(self) -> str:
        cells, made = self.run.archive.cells, len(self.run.log)
        return f"<Elites {self.run.name!r}: {len(self)} of {cells} cells filled, {made:,} evaluations>"
