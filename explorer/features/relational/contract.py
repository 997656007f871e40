"""What other features may use of relational similarity."""

from explorer.features.relational.anonymise import ATTRIBUTES, Lexicon, read_lexicon
from explorer.features.relational.plain_words import DETERMINERS

__all__ = ["ATTRIBUTES", "DETERMINERS", "Lexicon", "read_lexicon"]
