"""`explorer eval match …`: matchers beside their baselines, on files of yours."""

import typer

from explorer.commands import (
    eval_match_baskets,
    eval_match_names,
    eval_match_records,
    eval_match_shelves,
    eval_match_words,
)

evaluate = typer.Typer(no_args_is_help=True, help="Measure matchers against their baselines.")
evaluate.add_typer(eval_match_names.evaluate)
evaluate.add_typer(eval_match_shelves.evaluate)
evaluate.add_typer(eval_match_records.evaluate)
evaluate.add_typer(eval_match_words.evaluate)
evaluate.add_typer(eval_match_baskets.evaluate)
