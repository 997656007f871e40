"""What everything stands on: errors, checks of arrays, values, settings. Imports nothing else of the program."""
