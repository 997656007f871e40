"""Maps and galleries in notebooks: static ones without anything, ones to work with by the extra `[notebook]`."""
