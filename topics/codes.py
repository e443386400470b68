"""Code systems as values: their names and OIDs, how a code is written, compared and looked up.

The facts are those of HL7's terminology registry; portal-linking.md §2 and §4.5 name the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

EXACT, FAMILY = "exact", "family"
MAX_CODE = 64


def _squeezed(code: str) -> str:
    return re.sub(r"[.\s]", "", code).upper()


def _trimmed(code: str) -> str:
    return code.strip().upper()


def _words(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+(?:-[^\W_]+)*", name.lower()))


def _first_three(key: str) -> str:
    return key[:3]


def _whole(key: str) -> str:
    return key


def _dotted(code: str) -> str:
    key = _squeezed(code)
    return f"{key[:3]}.{key[3:]}" if len(key) > 3 else key


def _verhoeff(digits: str) -> bool:
    """The check digit of a SNOMED CT identifier: its last digit, by Verhoeff's tables."""
    turned, check = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = turned[value]
        check = _dihedral(check, value)
    return check == 0


def _dihedral(a: int, b: int) -> int:
    """The product of two elements of the dihedral group of ten."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def _luhn(code: str) -> bool:
    """The check digit of a LOINC code: the one behind the hyphen, modulo 10."""
    digits = [int(digit) for digit in code if digit.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def _no_check_digit(key: str) -> bool:
    return True


@dataclass(frozen=True)
class System:
    """One code system. `form` is how its keys look; `parents` begins the keys whose children answer for them."""

    slug: str
    name: str
    oid: str
    others: tuple[str, ...]
    form: str
    key: Callable[[str], str] = _trimmed
    shown: Callable[[str], str] = _trimmed
    stem: Callable[[str], str] = _whole
    checked: Callable[[str], bool] = _no_check_digit
    parents: str = ""
    tree: bool = field(default=False)

    def fits(self, code: str) -> bool:
        key = self.key(code)
        return len(code) <= MAX_CODE and bool(re.fullmatch(self.form, key, re.ASCII)) and self.checked(key)


def _icd(slug: str, name: str, oid: str, others: tuple[str, ...], form: str, parents: str) -> System:
    return System(slug, name, oid, others, form, _squeezed, _dotted, _first_three, parents=parents, tree=True)


ROOT = "2.16.840.1.113883"
ICD_10_CM = _icd(
    "icd-10-cm",
    "ICD-10-CM",
    f"{ROOT}.6.90",
    ("http://hl7.org/fhir/sid/icd-10-cm", "icd10cm", "i10"),
    r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}",
    "C",
)
ICD_10 = _icd(
    "icd-10",
    "ICD-10",
    f"{ROOT}.6.3",
    ("http://hl7.org/fhir/sid/icd-10", "icd10"),
    r"[A-Z][0-9]{2}[0-9]?|[MSTV-Y][0-9]{4}",
    "C",
)
ICD_9_CM = _icd(
    "icd-9-cm",
    "ICD-9-CM",
    f"{ROOT}.6.103",
    ("http://hl7.org/fhir/sid/icd-9-cm", "icd9cm", f"{ROOT}.6.2", f"{ROOT}.6.42"),
    r"[0-9]{3}[0-9]{0,2}|V[0-9]{2}[0-9]{0,2}|E[0-9]{3}[0-9]?",
    "1",
)
SYSTEMS: dict[str, System] = {
    system.slug: system
    for system in (
        ICD_10_CM,
        ICD_10,
        ICD_9_CM,
        System(
            "snomed",
            "SNOMED CT",
            f"{ROOT}.6.96",
            ("http://snomed.info/sct", "snomedct", "snomed", "sct"),
            r"[1-9][0-9]{5,17}",
            checked=_verhoeff,
        ),
        System(
            "rxnorm",
            "RxNorm",
            f"{ROOT}.6.88",
            ("http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm", "rxcui"),
            r"[1-9][0-9]{0,7}",
        ),
        System("ndc", "NDC", f"{ROOT}.6.69", ("http://hl7.org/fhir/sid/ndc", "ndc"), r"[0-9]{9,11}|[0-9-]{11,13}"),
        System(
            "loinc",
            "LOINC",
            f"{ROOT}.6.1",
            ("http://loinc.org", "ln", "loinc", f"{ROOT}.11.79"),
            r"[0-9]{1,7}-[0-9]",
            checked=_luhn,
        ),
        System("cpt", "CPT", f"{ROOT}.6.12", ("http://www.ama-assn.org/go/cpt", "cpt"), r"[0-9]{4}[0-9A-Z]"),
        System(
            "hcpcs",
            "HCPCS",
            f"{ROOT}.6.285",
            ("http://www.cms.gov/medicare/coding/hcpcsreleasecodesets", "hcpcs", f"{ROOT}.6.14"),
            r"[A-V][0-9]{4}",
        ),
        System("medicines", "Medicine names", "", (), r"[^\W_]+(?:[ -][^\W_]+){0,5}", _words, str.strip),
    )
}


def systems_in_use(snomed: bool) -> list[str]:
    """SNOMED CT needs a national licence in most countries; the others do not."""
    return [slug for slug in SYSTEMS if snomed or slug != "snomed"]
