"""From a handful of labels to all items: labels by people, methods that guess the rest, labels in doubt.

method: what a method gets and gives. neighbours, logistic, spreading: the baselines. contract: all methods by name.
checking: what must be so before anything is guessed. suggesting: which items teach most. curve: accuracy against the
number of labels. accepting: sure guesses as a column of the items. service: what pages, commands and scripts call.
"""
