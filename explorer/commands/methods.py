"""`explorer methods`: what each feature can do, with formulas, needs and baselines."""

from typing import Annotated

import typer


def methods(
    feature: Annotated[
        str, typer.Argument(metavar="[FEATURE]", help="conditional, compare, …; all when left out.")
    ] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="The page docs/methods.md.")] = False,
) -> None:
    """List the methods of a feature, or of all: name, label, formula, what it needs, its baseline and source."""
    from explorer.features.registry import FEATURES, methods_of, page

    if markdown:
        typer.echo(page(), nl=False)
        return
    for name in [feature] if feature else FEATURES:
        found = methods_of(name)
        typer.echo(f"{name}: {FEATURES[name]}")
        for method in found.values():
            typer.echo(f"  {method.name:<18} {method.label}: {method.formula}")
            facts = {"needs": ", ".join(method.needs), "baseline": method.baseline, "trained": method.trained}
            facts["source"] = method.source
            for fact, words in facts.items():
                if words:
                    typer.echo(f"  {'':<18}   {fact}: {words}")
