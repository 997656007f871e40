"""What `explorer diagnose` tells of the search: the index doctor, index health, and the limits of one vector a text."""

from dataclasses import dataclass

import typer

from explorer.base.metrics import Score
from explorer.base.progress import Progress
from explorer.io.text import counted
from explorer.workspace.opened import Opened


@dataclass(frozen=True)
class Telling:
    """Works out what was asked for, or reads what is kept, and prints it."""

    opened: Opened
    spec: str
    progress: Progress

    def all(self, *, index: str, health: bool, category: str, limits: bool, free: int) -> None:
        """Each that was asked for; index: a column of labels, category: of categories; free: dimensions, 0 for none."""
        if index:
            self.index(index)
        if health:
            self.health(category)
        if limits:
            self.limits()
        if free:
            self.free(free)

    def index(self, column: str) -> None:
        """The funnel, the curve, the tree and what to do."""
        from explorer.features.diagnose.doctor.metrics import METRICS
        from explorer.features.diagnose.doctor.service import diagnosis
        from explorer.features.diagnose.doctor.words import advice_words, lengths_words, recommendation

        found = diagnosis(self.opened, self.spec, column, self.progress)
        typer.echo(f"{found.queries:,} queries among {found.items:,} items, {found.labels:,} values of {column}.")
        typer.echo(f"By chance: label recall {found.chance:.3f}.")
        for name, one in found.metrics.items():
            k = one.exact.k
            votes = ", ".join(f"{count}: {score.value:.3f}" for count, score in one.exact.majority.items())
            typer.echo(f"{METRICS[name]}, exact: label recall@{k} {_score(one.exact.recall)}; majority of {votes}.")
            for point in one.curve:
                typer.echo(f"  ef {point.ef}: recall@{k} {point.recall.value:.4f}, label recall {_score(point.task)}")
        meta = found.meta
        typer.echo(
            f"DBI_E {meta.dbi_euclid:.3f}, DBI_C {meta.dbi_cosine:.3f}, CV of lengths {meta.norm_cv:.3f}, relative "
            f"contrast {meta.contrast:.3f}."
        )
        for line in (*recommendation(found), advice_words(found), lengths_words(found)):
            typer.echo(line)

    def health(self, column: str) -> None:
        """Dimensions, recall by dimension, recall by order."""
        import numpy as np

        from explorer.features.diagnose.health.service import dimensions, health
        from explorer.features.diagnose.health.words import KINDS, bins_words, order_words

        found = health(self.opened, self.spec, column, self.progress)
        around = dimensions(self.opened, self.spec, self.progress)
        known = around[np.isfinite(around)]
        if len(known):
            low, middle, high = np.percentile(known, [5, 50, 95])
            typer.echo(f"Intrinsic dimension: median {middle:.1f}, 5 % below {low:.1f}, 5 % above {high:.1f}.")
        for ef in found.efs:
            typer.echo(f"ef {ef}: {bins_words(found, ef)}")
            for kind in found.kinds:
                typer.echo(f"  queries by {KINDS[kind]}: {order_words(found, kind, ef)}")

    def limits(self) -> None:
        """Recall on LIMIT-small, this model and search by words."""
        from explorer.features.diagnose.limits.service import WAYS, limit_report

        found = limit_report(self.opened, self.spec, self.progress)
        typer.echo("LIMIT-small (Weller and others 2025, CC BY 4.0), recall at 2, 10, 20:")
        for way, recalls in found.recalls.items():
            name = self.spec if way == "model" else WAYS[way]
            typer.echo(f"  {name}: " + ", ".join(f"{score.value:.4f}" for score in recalls.values()))

    def free(self, dim: int) -> None:
        """How many documents free vectors solve."""
        from explorer.features.diagnose.limits.service import REFERENCE, curve_margin, free_report

        found = free_report(self.opened, dim, self.progress)
        beside = f"; the authors' code, one start: {REFERENCE[dim]}" if dim in REFERENCE else ""
        typer.echo(f"In {dim} dimensions free vectors solve {found.solved} documents{beside}.")
        for one in found.attempts:
            typer.echo(f"  {one.n} documents: {one.solved:.1%} of the pairs, best of {counted(one.starts, 'start')}")
        typer.echo(
            "What an optimisation reaches, and no law of geometry: 46 vectors on a curve in four dimensions have all "
            f"1,035 pairs first, by a margin of {curve_margin(46):.5f}."
        )


def _score(score: Score) -> str:
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})"
