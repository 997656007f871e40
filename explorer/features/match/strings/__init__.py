"""Match: names by their letters, words and meaning."""
