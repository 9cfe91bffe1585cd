"""Roles and what they permit. Deny by default: what stands in no row is not allowed."""

from collections.abc import Collection
from typing import Literal

Permission = Literal["study.search", "study.open", "audit.read"]

ROLES: dict[str, frozenset[Permission]] = {
    "reader": frozenset({"study.search", "study.open"}),
    "admin": frozenset({"audit.read"}),
}


def is_permitted(roles: Collection[str], permission: str) -> bool:
    """Whether one of the roles permits this. A role that is unknown here permits nothing."""
    return any(permission in ROLES.get(role, ()) for role in roles)
