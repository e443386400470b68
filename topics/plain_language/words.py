"""What the coach knows of words, in tables: medical endings, passive instructions, empty links.

Tables, so that a language is a row and an editor's complaint is a word added here.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Endings of words that only people with medical training use.
MEDICAL = {
    "en": re.compile(
        r"(?i)\b(?:[a-z]{3,}(?:itis|itides|ectom(?:y|ies)|ostom(?:y|ies)|otom(?:y|ies)|oscop(?:y|ies)|plast(?:y|ies)"
        r"|pathy|pathies|pathic|a?emia|a?emic|algia|penia|penic|cytes?|cytosis|plegia|phagia|megaly|rrhagia|uria"
        r"|oma|omas|omata|osis|ectasis|dynia|trophy|genesis|lysis|lytic|kinase|kinesia)"
        r"|neo?adjuvant|adjuvant|prophyla(?:xis|ctic)|dysp\w{3,}|idiopathic|iatrogenic|bilateral|contralateral"
        r"|oedema|edema|effusions?|lesions?|toxicit(?:y|ies)|morbidit(?:y|ies)|comorbidit(?:y|ies)|aetiology|etiology"
        r"|peritoneal|pleural|leptomeningeal|epidural|intrathecal|parenchyma\w*|percutaneous|cytotoxic|refractory"
        r"|palpable|ambulatory|sequelae|exacerbat\w+|immunosuppress\w+)\b"
    ),
    "es": re.compile(
        r"(?i)\b(?:[a-zñ]{3,}(?:itis|ectom[ií]as?|ostom[ií]as?|oscop[ií]as?|plastias?|pat[ií]as?|emias?|algias?"
        r"|penias?|citosis|plejias?|fagias?|megalias?|omas?|osis|cinasas?|quinasas?)"
        r"|(?:neo)?adyuvantes?|profilaxis|profil[áa]ctic[oa]s?|disnea|edema|derrames?|lesi[óo]n(?:es)?"
        r"|comorbilidad(?:es)?|morbilidad|etiolog[íi]a|pleural|intratecal|citot[óo]xic[oa]s?|refractari[oa]s?)\b"
    ),
}
# Words with such endings that everybody knows, or that mean something else.
ORDINARY = {
    "en": _words(
        """
        diagnosis arthritis hepatitis appendicitis tonsillitis bronchitis sympathy empathy apathy
        telepathy homeopathy homeopathic academia aroma aromas coma diploma diplomas asthma glaucoma
        melanoma lymphoma biology analysis paralysis dialysis hypothesis prognosis genesis economy
        autonomy tuberculosis osteoporosis leukaemia leukemia anaemia anemia anaemic anemic endemic
        epidemic pandemic academic polemic hypnosis psychosis neurosis cirrhosis osmosis thrombosis
        """
    ),
    "es": _words(
        """
        artritis hepatitis apendicitis bronquitis aroma aromas coma comas diploma diplomas idioma
        idiomas toma tomas broma bromas goma gomas paloma palomas asoma doma loma síntoma síntomas
        sintoma sintomas dosis sobredosis anemia academia academias simpatía empatía apatía
        simpatías lesión lesiones tuberculosis osteoporosis leucemia melanoma linfoma glaucoma
        neurosis psicosis cirrosis trombosis hipnosis axioma
        """
    ),
}
# After or before a word that the text explains where it stands.
EXPLAINED_AFTER = re.compile(
    r"^['’\w-]*\s*(?:\(|[–—:]\s|,? (?:which )?(?:means?\b|(?:is|are) (?:an?|the|when|where)\b)|, (?:or|which|that is)\b"
    r"|,? (?:que )?(?:significan?\b|(?:es|son) (?:una?|el|la|los|las|cuando)\b)|, (?:o|es decir)\b)"
)
EXPLAINED_BEFORE = re.compile(
    r"(?i)(?:\bcalled|\bcall (?:this|it|them)|\bknown as|\bnamed|\bllamad[oa]s?|\bllaman|\bconocid[oa]s? como"
    r"|\()\s*(?:an? |the |una? |la |el )?[“\"]?(?:\w+ )?\Z"
)

# What a passive instruction asks, as a participle, and as one would say it.
ASKED = {
    "taken": "take",
    "avoided": "avoid",
    "reported": "tell your team about",
    "swallowed": "swallow",
    "stored": "store",
    "kept": "keep",
    "checked": "check",
    "called": "call",
    "contacted": "call",
    "told": "tell",
    "informed": "tell",
    "notified": "tell",
    "consulted": "ask",
    "stopped": "stop",
    "started": "start",
    "drunk": "drink",
    "eaten": "eat",
    "chewed": "chew",
    "crushed": "crush",
    "worn": "wear",
    "measured": "measure",
    "recorded": "write down",
    "followed": "follow",
    "continued": "keep on with",
    "completed": "finish",
    "finished": "finish",
    "sought": "get",
    "applied": "put on",
    "used": "use",
    "done": "do",
    "brought": "bring",
    "discussed": "talk about",
    "asked": "ask",
    "washed": "wash",
    "rubbed": "rub",
    "disposed": "get rid",
    "missed": "miss",
    "monitored": "watch",
    "ignored": "ignore",
    "returned": "give back",
    "lifted": "lift",
    "tried": "try",
}
PASSIVE = {
    "en": re.compile(
        r"(?i)\b(?:should|must|ought to|(?:need|ha)s? to|have to|(?:is|are) to) (not |never )?(?:\w+ly )?be (?:\w+ly )?"
        rf"({'|'.join(ASKED)})\b"
    ),
    "es": re.compile(r"(?i)\b(?:debe|deben|deberá|deberán|debería|deberían|tienen? que) (no )?ser (\w+[ai]d[oa]s?)\b"),
}
# Advice that speaks about the reader and not to them.
INDIRECT = {
    "en": re.compile(
        r"(?i)\b(?:(?:the )?patients? (?:should|must|need(?:s)? to|(?:is|are) advised to|ha(?:s|ve) to)"
        r"|it is (?:recommended|advised|advisable|essential|important|necessary) (?:that|to)\b)"
    ),
    "es": re.compile(
        r"(?i)\b(?:(?:el|la|los|las) pacientes? (?:debe|deben|deberá|deberán|debería|tienen? que)"
        r"|se (?:recomienda|aconseja) que|es (?:importante|necesario|recomendable) que)\b"
    ),
}

PERCENT = re.compile(r"(?i)(?<![\d.,])(\d{1,6}(?:[.,]\d{1,4})?) ?(?:%|per ?cent\b|por ciento\b)")
# Words that say of how many, so that a percentage or “twice” beside them does no harm.
OUT_OF = re.compile(r"(?i)\b(?:in|out of|of every|of|de cada|de) (?:\d+|ten|hundred|diez|cien)\b")
RELATIVE = {
    "en": re.compile(
        r"(?i)\b(?:(?:twice|half|(?:two|three|four|five|ten|\d+) times) (?:as|more|less) (?:likely|common|often)"
        r"|(?:doubles?|halves?|doubled|halved|trebled?|tripled?) (?:the|your|their) (?:risk|chances?|odds)"
        r"|(?:two|three|four|five|ten|\d+)-?fold)\b"
    ),
    "es": re.compile(
        r"(?i)\b(?:(?:el doble|el triple|la mitad|(?:dos|tres|cuatro|\d+) veces) (?:de|más|menos)"
        r" (?:probable|frecuente)s?"
        r"|(?:duplican?|triplican?) (?:el|su) (?:riesgo|probabilidad))\b"
    ),
}

EMPTY_LINKS = {
    *("here", "click here", "click", "this link", "link", "this", "this page", "page", "go", "see here"),
    *("read more", "more", "more information", "learn more"),
    *("aquí", "aqui", "clic aquí", "este enlace", "enlace", "leer más", "más", "más información", "ver más"),
}
NO_NAME = re.compile(r"(?i)^(?:(?:click|haga clic|pulse)\b|https?://|www\.)")
