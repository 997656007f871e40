"""Closed lists: titles and questions brought to the entry that is meant, with a probability, or to none."""
