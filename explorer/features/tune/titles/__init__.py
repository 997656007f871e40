"""Titles and attributes: names as people write them, brought to the entry of a closed list that is meant."""
