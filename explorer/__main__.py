"""`python -m explorer` is the command `explorer`."""

from explorer.commands.main import main

if __name__ == "__main__":
    main()
