"""Who may do what: the four roles, as groups of permissions. One person may hold several.

The groups are made by migration; this table is what the newest of them has to have given
(`tests/test_roles.py`).
"""

from __future__ import annotations

EDITOR, CLINICIAN, PUBLISHER, ADMINISTRATOR = "editor", "clinician", "publisher", "administrator"

READING = (
    *("view_topic", "view_glossaryterm", "view_reference", "view_reportword", "view_searchwords", "view_plainword"),
    *("view_section", "view_organsite", "view_feedback", "view_upload"),
)
KEEPING = tuple(
    f"{action}_{table}"
    for table in ("glossaryterm", "reference", "reportword", "searchwords", "plainword")
    for action in ("add", "change", "delete")
)

ROLES: dict[str, tuple[str, ...]] = {
    EDITOR: (
        *READING,
        "add_topic",
        "change_topic",
        *KEEPING,
        "delete_upload",
        "view_code",
        "view_unmatchedcode",
        "view_clinicsettings",
    ),
    CLINICIAN: (*READING, "check_topic", "view_clinicsettings"),
    PUBLISHER: (
        *READING,
        "publish_topic",
        *(f"{action}_{table}" for table in ("section", "organsite", "code") for action in ("add", "change", "delete")),
        "view_code",
        "view_unmatchedcode",
        *(f"{action}_clinicsettings" for action in ("view", "add", "change")),
    ),
    ADMINISTRATOR: ("view_user", "add_user", "change_user", "view_group"),
}
