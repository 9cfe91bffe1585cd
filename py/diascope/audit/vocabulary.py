"""The trigger matrix: our word for what happened, and how DICOM codes it.

Standard: PS3.15 A.5.3, PS3.16 CID 400-403.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SUCCESS, MINOR, SERIOUS, MAJOR = 0, 4, 8, 12  # PS3.15 A.5.1, Event Outcome Indicator

APPLICATION_ACTIVITY: Final = "110100"
AUDIT_LOG_USED: Final = "110101"
INSTANCES_ACCESSED: Final = "110103"
INSTANCES_TRANSFERRED: Final = "110104"
STUDY_DELETED: Final = "110105"
EXPORT: Final = "110106"
IMPORT: Final = "110107"
QUERY: Final = "110112"
SECURITY_ALERT: Final = "110113"
USER_AUTHENTICATION: Final = "110114"


@dataclass(frozen=True, slots=True)
class Kind:
    """One trigger: Event ID, Event Action Code, usual outcome, Event Type Code ("" for none)."""

    event_id: str
    action: str
    outcome: int = SUCCESS
    type_code: str = ""


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "application_started": Kind(APPLICATION_ACTIVITY, "E", SUCCESS, "110120"),
        "application_stopped": Kind(APPLICATION_ACTIVITY, "E", SUCCESS, "110121"),
        "document_enrolled": Kind(APPLICATION_ACTIVITY, "E", SUCCESS, "110120"),
        "signed_in": Kind(USER_AUTHENTICATION, "E", SUCCESS, "110122"),
        "sign_in_failed": Kind(USER_AUTHENTICATION, "E", SERIOUS, "110122"),
        "signed_out": Kind(USER_AUTHENTICATION, "E", SUCCESS, "110123"),
        "timed_out": Kind(USER_AUTHENTICATION, "E", SUCCESS, "110123"),
        "session_end": Kind(USER_AUTHENTICATION, "E", SUCCESS, "110123"),
        "study_searched": Kind(QUERY, "E"),
        "study_opened": Kind(INSTANCES_ACCESSED, "R"),
        "view": Kind(INSTANCES_ACCESSED, "R"),
        "leave": Kind(INSTANCES_ACCESSED, "R"),
        "imported": Kind(IMPORT, "C"),
        "import_refused": Kind(IMPORT, "C", SERIOUS),
        "engine_fault": Kind(SECURITY_ALERT, "E", SERIOUS),
        "alert": Kind(SECURITY_ALERT, "E", SERIOUS),
        "worker_replaced": Kind(SECURITY_ALERT, "E", MINOR),
        "integrity_alert": Kind(SECURITY_ALERT, "E", SERIOUS),
        "beacon_refused": Kind(SECURITY_ALERT, "E", SERIOUS),
        "user_added": Kind(SECURITY_ALERT, "E", SUCCESS, "110137"),
        "user_changed": Kind(SECURITY_ALERT, "E", SUCCESS, "110137"),
        "roles_changed": Kind(SECURITY_ALERT, "E", SUCCESS, "110136"),
        "audit_read": Kind(AUDIT_LOG_USED, "R"),
        "display_checked": Kind(APPLICATION_ACTIVITY, "E"),
    }
)
