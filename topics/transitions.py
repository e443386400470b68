"""Every step a page can take, in one table: from which stages, by whose permission, to which stage.

A stage is derived from the events on the newest text; nothing stores it. What else a step needs
(a check by a second person, a reason) is in `topics.workflow` and `topics.review`.
"""

from __future__ import annotations

from dataclasses import dataclass

DRAFT, IN_REVIEW, SENT_BACK, CHECKED, SCHEDULED = "draft", "in review", "sent back", "checked", "scheduled"
LIVE, LIVE_ASKED, LIVE_DOUBTED, WITHDRAWN = "live", "live, check asked", "live, sent back", "withdrawn"
STAGES = (DRAFT, IN_REVIEW, SENT_BACK, CHECKED, SCHEDULED, LIVE, LIVE_ASKED, LIVE_DOUBTED, WITHDRAWN)

SUBMIT, SEND_BACK, CHECK, PUBLISH, SCHEDULE, CANCEL, WITHDRAW, RENAME = (
    "submit",
    "send back",
    "check",
    "publish",
    "schedule",
    "cancel",
    "withdraw",
    "rename",
)


@dataclass(frozen=True)
class Transition:
    """`leaves` are the stages of the newest text in which the step can be taken."""

    permission: str
    leaves: frozenset[str]


TRANSITIONS: dict[str, Transition] = {
    SUBMIT: Transition("change_topic", frozenset({DRAFT, SENT_BACK, LIVE, LIVE_DOUBTED, WITHDRAWN})),
    SEND_BACK: Transition("check_topic", frozenset({IN_REVIEW, CHECKED, SCHEDULED, LIVE_ASKED})),
    CHECK: Transition("check_topic", frozenset({IN_REVIEW, LIVE, LIVE_ASKED, LIVE_DOUBTED})),
    PUBLISH: Transition("publish_topic", frozenset({DRAFT, IN_REVIEW, CHECKED, SCHEDULED, WITHDRAWN})),
    SCHEDULE: Transition("publish_topic", frozenset({DRAFT, IN_REVIEW, CHECKED, SCHEDULED})),
    CANCEL: Transition("publish_topic", frozenset({SCHEDULED})),
    WITHDRAW: Transition("publish_topic", frozenset(STAGES)),
    RENAME: Transition("publish_topic", frozenset(STAGES)),
}

# The event that last judged the newest text → its stage while that text is not live, and while it is.
AFTER: dict[str, tuple[str, str]] = {
    "": (DRAFT, LIVE),
    "submitted": (IN_REVIEW, LIVE_ASKED),
    "sent back": (SENT_BACK, LIVE_DOUBTED),
    "checked": (CHECKED, LIVE),
    "published": (DRAFT, LIVE),
    "withdrawn": (WITHDRAWN, LIVE),
}


def stage(last_event: str, is_live: bool, scheduled: bool = False) -> str:
    return SCHEDULED if scheduled and not is_live else AFTER[last_event][is_live]


def allowed(step: str, at: str) -> bool:
    return at in TRANSITIONS[step].leaves
