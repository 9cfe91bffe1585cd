"""Which studies a signed-in user may see: for now all of the tenant's. The one place that says so.

`require` and search both ask here, so a narrower scope cannot be forgotten on one path.
"""

from collections.abc import Collection


def is_in_scope(user_id: str, roles: Collection[str], handle: str) -> bool:
    """Whether the study behind `handle` lies in the user's scope; every study is the tenant's."""
    return bool(user_id and roles and handle)
