"""What anyone may fetch: the page, the runtime bundle, the site's public keys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from diascope_server.errors import AccessRefused
from diascope_server.http.call import Call
from diascope_server.http.replies import JSON_TYPE, json_reply
from diascope_server.http.static import (
    PageFile,
    RuntimeFile,
    load_page,
    load_runtime,
    serve_page,
    serve_runtime,
)
from diascope_server.keys.jwk import b64u, ed25519_kid
from diascope_server.keys.passphrase import PURPOSES
from diascope_server.keys.provider import KeyProvider
from diascope_server.settings import Settings
from diascope_server.site import Site


def trust_file(settings: Settings, keys: KeyProvider) -> dict[str, Any]:
    """Return the site trust file (wire.md 4): whose signatures a page believes."""
    return {
        "v": 1,
        "installation": settings.installation,
        "tenant": settings.tenant,
        "label": settings.label,
        "keys": [
            {
                "purpose": purpose,
                "kid": ed25519_kid(keys.public_key(purpose)),
                "public": b64u(keys.public_key(purpose)),
                "from_ms": int(keys.describe()["created_ms"]),
            }
            for purpose in PURPOSES
        ],
        "beacon_inbox": keys.inbox_public(),
    }


@dataclass(frozen=True, slots=True)
class Pages:
    """Everything public, read once at start."""

    files: Mapping[str, PageFile]
    bundle_text: bytes
    runtime_files: Mapping[str, RuntimeFile]
    trust_text: Mapping[str, Any]

    @classmethod
    def load(cls, settings: Settings, keys: KeyProvider) -> "Pages":
        """Read the page's folder and the bundle.

        Raises:
            SetupRefused: a runtime file is not the one that was built.
        """
        text, runtime = load_runtime(settings.runtime)
        return cls(load_page(settings.web), text, runtime, trust_file(settings, keys))

    @property
    def paths(self) -> tuple[str, ...]:
        """The exact paths of the page's files."""
        return tuple(self.files)

    @property
    def bundle_digest(self) -> str:
        """The digest that names the code this server hands out, "" without a bundle."""
        return json.loads(self.bundle_text)["digest"] if self.bundle_text else ""

    def page(self, site: Site, call: Call) -> Response:
        """Send a file of the page."""
        del site
        return serve_page(self.files, call)

    def runtime(self, site: Site, call: Call) -> Response:
        """Send a file of the runtime bundle."""
        del site
        return serve_runtime(self.runtime_files, call)

    def bundle(self, site: Site, call: Call) -> Response:
        """Send the list of the runtime bundle's files."""
        del site, call
        if not self.bundle_text:
            raise AccessRefused("not_found")
        headers = {"Cache-Control": "no-cache"}
        return Response(self.bundle_text, 200, headers, JSON_TYPE)

    def trust(self, site: Site, call: Call) -> Response:
        """Send the site trust file."""
        del site, call
        return json_reply(self.trust_text)

    def health(self, site: Site, call: Call) -> Response:
        """Say that this process answers."""
        del site, call
        return json_reply({"status": "ok"})
