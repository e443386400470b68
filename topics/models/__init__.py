"""The facts: what was written, by whom, and what patients see of it.

Revision and Event rows are appended and never change; Topic points at them. Sections, organ
sites, references, glossary and clinic settings are plain rows that staff edit in the admin.
"""

from topics.models.accounts import User
from topics.models.clinic import ClinicSettings
from topics.models.codes import Code, UnmatchedCode
from topics.models.drafts import DraftProblems
from topics.models.feedback import Feedback
from topics.models.history import AppendOnly, Event, NeverChanges, ReviewAnswer, Revision, SectionCheck
from topics.models.invitations import Invitation
from topics.models.links import LinkCheck
from topics.models.plain_words import PlainWord
from topics.models.search_words import SearchWords
from topics.models.topic import STAGE_WORDS, OldAddress, RenderedPage, Topic
from topics.models.uploads import Upload
from topics.models.vocabulary import (
    FromFiles,
    GlossaryTerm,
    OrganSite,
    Reference,
    RemovedRow,
    ReportWord,
    Section,
    Word,
    localized,
)
from topics.models.working_copies import WorkingCopy

__all__ = [
    "STAGE_WORDS",
    "AppendOnly",
    "ClinicSettings",
    "Code",
    "DraftProblems",
    "Event",
    "Feedback",
    "FromFiles",
    "GlossaryTerm",
    "Invitation",
    "LinkCheck",
    "NeverChanges",
    "OldAddress",
    "OrganSite",
    "PlainWord",
    "Reference",
    "RemovedRow",
    "RenderedPage",
    "ReportWord",
    "ReviewAnswer",
    "Revision",
    "SearchWords",
    "Section",
    "SectionCheck",
    "Topic",
    "UnmatchedCode",
    "Upload",
    "User",
    "WorkingCopy",
    "Word",
    "localized",
]
