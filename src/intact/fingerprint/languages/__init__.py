"""Words that carry typed values, one file a language, as data."""

from intact.fingerprint.languages.english import ENGLISH
from intact.fingerprint.languages.table import Language

__all__ = ["ENGLISH", "Language"]
