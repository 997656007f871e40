"""The larger commands of `explorer`, one typer app a file, each imported only when it is run."""
