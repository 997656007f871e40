"""Shelves and other collections: lines read off spines, or photos of them, against a catalogue."""
