"""Words as the search compares them: without accents, without endings, without those that say nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, cached_property

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

MAX_CHARACTERS = 200
MAX_WORDS = 12
LONGEST_WORD = 40

WORD = re.compile(r"[^\W_]+")
SNOWBALL = {"en": "english", "es": "spanish", "fr": "french", "de": "german", "pt": "portuguese"}

# What people write around the words that matter, besides each language's own list in tantivy; no accents.
SAYS_NOTHING = {
    "en": "about after all also am any be been being can could did do does don doing from get getting go got had has "
    "have having he her him his how i isn just ll may me mean means meaning might more my need now our please re "
    "really she should so some tell than them us ve very want we were what when where which who why would you your",
    "es": "ahora al algo cual cuales cuando cuanto como con de del despues donde el ella ellos en eres es esta estan "
    "estar estas este esto estoy gracias ha hacer hacia hago han hasta hay he la las le les lo los mas me mi mis muy "
    "necesito nos o para pero por porque pueda puede puedo que quiero quien saber se ser si significa sin sobre son "
    "soy su sus tal tambien tener tengo tiene todo tu un una uno y ya yo",
}


def cut(text: str) -> str:
    """What is looked at of a text that somebody typed."""
    return unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])[:MAX_CHARACTERS]


def words_of(text: str) -> list[str]:
    """The first words of a text; signs, operators, emoji and controls only stand between words."""
    return WORD.findall(cut(text))[:MAX_WORDS]


class Language:
    """How the words of one language are compared."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.snowball = SNOWBALL.get(code.split("-")[0], "")

    @cached_property
    def stemmed(self) -> TextAnalyzer:
        """For what is searched: “Metástasis óseas” and “metastasis osea” are the same."""
        chain = _chain(Filter.ascii_fold())
        return (chain.filter(Filter.stemmer(self.snowball)) if self.snowball else chain).build()

    @cached_property
    def folded(self) -> TextAnalyzer:
        return _chain(Filter.ascii_fold()).build()

    @cached_property
    def spelt(self) -> TextAnalyzer:
        """For what is shown to readers as another spelling: whole words with their accents."""
        return _chain().build()

    @cached_property
    def _telling(self) -> TextAnalyzer:
        chain = _chain()
        if self.snowball:
            chain = chain.filter(Filter.stopword(self.snowball))
        stops = SAYS_NOTHING.get(self.code.split("-")[0], "").split()
        return chain.filter(Filter.ascii_fold()).filter(Filter.custom_stopword(stops)).build()

    def tells(self, word: str) -> bool:
        """Whether a word helps to find a page: “bone” and “4” do, “the”, “how” and “s” do not."""
        found = self._telling.analyze(word)
        return bool(found) and (len(found[0]) > 1 or found[0].isdigit())

    def stem(self, word: str) -> str:
        return next(iter(self.stemmed.analyze(word)), "")

    def fold(self, word: str) -> str:
        return next(iter(self.folded.analyze(word)), "")

    def stems(self, phrase: str) -> tuple[str, ...]:
        """A phrase as it is compared with what somebody typed."""
        stems = (self.stem(word) for word in words_of(phrase) if self.tells(word))
        return tuple(stem for stem in stems if stem)


def _chain(*more: Filter) -> TextAnalyzerBuilder:
    chain = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_WORD)).filter(Filter.lowercase())
    for one in more:
        chain = chain.filter(one)
    return chain


@cache
def language(code: str) -> Language:
    return Language(code)
