"""Words that carry typed values, one file a language, as data.

To add a language, add its file and name it here. English is named first: where another language
means something else by a word, the English reading holds.
"""

from intact.fingerprint.languages.english import ENGLISH
from intact.fingerprint.languages.german import GERMAN
from intact.fingerprint.languages.table import Language, merged

#: All languages, read together.
LANGUAGES = merged(ENGLISH, GERMAN)

__all__ = ["ENGLISH", "GERMAN", "LANGUAGES", "Language", "merged"]
