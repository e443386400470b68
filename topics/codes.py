"""Code systems as values: what they are called, how their codes are written, compared and looked up.

OIDs and URIs are those of HL7's terminology registry; the rules of reading follow the HL7 URL
guide (portal-linking.md §2 and §4.5).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

EXACT, FAMILY = "exact", "family"
MAX_CODE = 64
MEDICINES = "medicines"
SHORTEST = 3  # two characters of a classification are a whole chapter: never matched

PLACEHOLDER = re.compile(r"([A-Z][0-9A-Z]{2,5}?)X+[0-9A-Z]?")
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def _upper(code: str) -> str:
    return code.strip().upper()


def _without_dots(code: str) -> str:
    return re.sub(r"[.\s]", "", code).upper()


def _with_dot(code: str) -> str:
    key = _without_dots(code)
    return f"{key[:3]}.{key[3:]}" if len(key) > 3 else key


def medicine_key(name: str) -> str:
    return " ".join(WORD.findall(name.lower()))


def _any(key: str) -> bool:
    return True


# Digits alone look like a record or telephone number; the check digit tells a code from those.


def _verhoeff(key: str) -> bool:
    """SNOMED CT identifiers end in a check digit by Verhoeff's scheme."""
    turned, check = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), 0
    for place, digit in enumerate(reversed(key)):
        value = int(digit)
        for _turn in range(place % 8):
            value = turned[value]
        check = _in_dihedral_group(check, value)
    return check == 0


def _in_dihedral_group(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def _modulo_ten(key: str) -> bool:
    """LOINC codes end in a check digit modulo 10, behind a hyphen."""
    digits = [int(digit) for digit in reversed(key) if digit.isdigit()]
    doubled = sum(digit * 2 - 9 * (digit > 4) for digit in digits[1::2])
    return (doubled + sum(digits[::2])) % 10 == 0


@dataclass(frozen=True)
class System:
    """One code system.

    `form` is how keys look. In a `tree` a longer key lies below its beginnings; `parents` begins the
    keys that may be answered with what lies below them (neoplasms: their parents still say cancer).
    """

    slug: str
    name: str
    oid: str
    spellings: tuple[str, ...]
    form: str
    key: Callable[[str], str] = _upper
    shown: Callable[[str], str] = _upper
    right: Callable[[str], bool] = _any
    tree: bool = False
    parents: str = ""
    condition: bool = False

    def fits(self, code: str) -> bool:
        key = self.key(code)
        return len(code) <= MAX_CODE and bool(re.fullmatch(self.form, key, re.ASCII)) and self.right(key)

    def stem(self, key: str) -> str:
        """What rows are looked up by: all that can answer a key share its stem."""
        return key[:SHORTEST] if self.tree else key

    def lines(self, key: str) -> list[str]:
        """The key and what it lies below, nearest first; placeholders fall away (M84.58XA → M84.58)."""
        if not self.tree:
            return [key]
        return [key[:length] for length in range(len(key), SHORTEST - 1, -1)]

    def same(self, key: str) -> set[str]:
        """The spellings of exactly this key: with its placeholders and without."""
        match = PLACEHOLDER.fullmatch(key) if self.tree else None
        return {key, match[1]} if match else {key}

    def is_parent(self, key: str) -> bool:
        return self.tree and key.startswith(self.parents)


def _tree(slug: str, name: str, oid: str, spellings: tuple[str, ...], form: str, parents: str) -> System:
    return System(
        slug, name, oid, spellings, form, _without_dots, _with_dot, tree=True, parents=parents, condition=True
    )


HL7 = "2.16.840.1.113883"
ICD_10_CM = _tree(
    "icd-10-cm",
    "ICD-10-CM",
    f"{HL7}.6.90",
    ("http://hl7.org/fhir/sid/icd-10-cm", "icd10cm", "i10"),
    r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}",
    parents="C",
)
ICD_10 = _tree(
    "icd-10",
    "ICD-10",
    f"{HL7}.6.3",
    ("http://hl7.org/fhir/sid/icd-10", "icd10"),
    r"[A-Z][0-9]{2}[0-9]?|[MSTV-Y][0-9]{4}",
    parents="C",
)
ICD_9_CM = _tree(
    "icd-9-cm",
    "ICD-9-CM",
    f"{HL7}.6.103",
    ("http://hl7.org/fhir/sid/icd-9-cm", "icd9cm", f"{HL7}.6.2", f"{HL7}.6.42"),
    r"[0-9]{3,5}|V[0-9]{2,4}",
    parents="19",
)
SNOMED = System(
    "snomed",
    "SNOMED CT",
    f"{HL7}.6.96",
    ("http://snomed.info/sct", "snomedct", "snomed", "sct"),
    r"[1-9][0-9]{5,17}",
    right=_verhoeff,
    condition=True,
)
SYSTEMS: dict[str, System] = {
    system.slug: system
    for system in (
        ICD_10_CM,
        ICD_10,
        ICD_9_CM,
        SNOMED,
        System(
            "rxnorm",
            "RxNorm",
            f"{HL7}.6.88",
            ("http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm", "rxcui"),
            r"[1-9][0-9]{0,7}",
        ),
        System(
            "ndc",
            "NDC",
            f"{HL7}.6.69",
            ("http://hl7.org/fhir/sid/ndc", "ndc"),
            r"[0-9]{10,11}|[0-9]{4,6}-[0-9]{3,4}-[0-9]{1,2}",
        ),
        System(
            "loinc",
            "LOINC",
            f"{HL7}.6.1",
            ("http://loinc.org", "ln", "loinc", f"{HL7}.11.79"),
            r"[0-9]{1,7}-[0-9]",
            right=_modulo_ten,
        ),
        System("cpt", "CPT", f"{HL7}.6.12", ("http://www.ama-assn.org/go/cpt", "cpt"), r"[0-9]{4}[0-9A-Z]"),
        System(
            "hcpcs",
            "HCPCS",
            f"{HL7}.6.285",
            ("http://www.cms.gov/medicare/coding/hcpcsreleasecodesets", "hcpcs", f"{HL7}.6.14"),
            r"[A-V][0-9]{4}",
        ),
        System(MEDICINES, "Medicine names", "", (), r"\w+(?:[ -]\w+){0,5}", medicine_key, str.strip),
    )
}
# Names, OIDs and URIs as requests write them, in small letters, “urn:oid:” removed.
SPELLINGS = {
    spelling: system for system in SYSTEMS.values() for spelling in (system.oid, *system.spellings) if spelling
}
OFTEN_MEANT_AS_ICD_10_CM = (ICD_10, ICD_9_CM)


def systems_in_use(snomed: bool) -> list[str]:
    """SNOMED CT needs a national licence in most countries; the others need none."""
    return [slug for slug in SYSTEMS if snomed or slug != SNOMED.slug]


def system_called(name: str) -> System | None:
    """The system that a request means with an OID, a “urn:oid:”, a FHIR URI or an alias."""
    name = name.strip().lower().removeprefix("urn:oid:").rstrip("/")
    return SPELLINGS.get(name) or SPELLINGS.get(re.sub(r"[\s_-]", "", name))


@dataclass(frozen=True)
class Coded:
    """A code that is in the form of its system."""

    system: System
    key: str

    @property
    def shown(self) -> str:
        return self.system.shown(self.key)


def coded(system_name: str, code: str) -> Coded | None:
    """The code that a request means, or None where the system is unknown or the code not in its form.

    ICD-10-CM codes are often sent with the OID of WHO's ICD-10 or of ICD-9-CM. Between systems of
    digits only nothing is guessed.
    """
    system = system_called(system_name)
    if system in OFTEN_MEANT_AS_ICD_10_CM and not system.fits(code):
        system = ICD_10_CM
    return Coded(system, system.key(code)) if system is not None and system.fits(code) else None
