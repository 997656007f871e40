"""The features, one folder each. One imports what stands below it, and of another only its contract."""
