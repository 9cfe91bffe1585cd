"""A page without a browser: the protocol of docs/wire.md in plain Python, sharing no code with it.

Only the standard library and `cryptography`. `Client` is a browser's connection and cookie jar,
`Document` one loaded page with its keys and its chain of beacons.
"""

import base64
import hashlib
import http.client
import json
import secrets
import ssl
import time
from dataclasses import dataclass, field

import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CURVE = ec.SECP256R1()
SEGMENT = 1 << 20


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def canonical(value):
    """RFC 8785 for what is signed here: no floats, and keys whose order bytes decide."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def hkdf(secret, salt, info):
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def jwk(key):
    numbers = key.public_key().public_numbers()
    x, y = (b64u(each.to_bytes(32, "big")) for each in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def public_key(value):
    point = b"\x04" + unb64u(value["x"]) + unb64u(value["y"])
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)


def thumbprint(value):
    return b64u(hashlib.sha256(canonical(value)).digest())


def sign(key, domain, value):
    """ECDSA P-256 over domain, line feed, canonical JSON: 64 bytes."""
    der = key.sign(domain.encode() + b"\n" + canonical(value), ec.ECDSA(hashes.SHA256()))
    return b"".join(each.to_bytes(32, "big") for each in decode_dss_signature(der))


def _manifest_statement(text):
    return b"diascope-manifest-v1\n" + canonical({"sha256": sha256(text), "v": 1})


def open_stream(dek, sealed, bound):
    """Open a Tink AES256_GCM_HKDF_1MB stream, written from its description."""
    assert 40 == sealed[0]
    cipher = AESGCM(hkdf(dek, sealed[1:33], bound))
    first, rest = sealed[40:SEGMENT], sealed[SEGMENT:]
    segments = [first, *(rest[at : at + SEGMENT] for at in range(0, len(rest), SEGMENT))]
    return b"".join(
        cipher.decrypt(
            sealed[33:40] + index.to_bytes(4, "big") + bytes([index == len(segments) - 1]),
            segment,
            None,
        )
        for index, segment in enumerate(segments)
    )


@dataclass(frozen=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


class Refused(AssertionError):
    """An answer that is not a success where the test needs one."""


class Client:
    """One browser's connections and its cookie."""

    def __init__(self, installation):
        self.installation = installation
        self.origin = installation.origin
        self.cookie = ""
        # an address of its own on the loopback network, so that tests do not throttle each other
        self.address = "127." + ".".join(str(secrets.randbelow(254) + 1) for _ in range(3))
        self.context = ssl.create_default_context(cafile=installation.ca)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3

    def request(self, method, path, body=None, headers=None, *, is_own_page=True):
        """Send one request; `is_own_page` adds what a browser's own page would."""
        sent = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"} if is_own_page else {}
        if self.cookie:
            sent["Cookie"] = f"__Host-sid={self.cookie}"
        if isinstance(body, dict):
            body = canonical(body)
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPSConnection(
            "localhost",
            self.installation.port,
            timeout=60,
            source_address=(self.address, 0),
            context=self.context,
        )
        try:
            connection.request(method, path, body, {**sent, **(headers or {})})
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def post(self, path, body, headers=None):
        """Post JSON and return the answer's JSON."""
        reply = self.request("POST", path, body, headers)
        if reply.status != 200:
            raise Refused(f"{reply.status} {reply.body[:200]!r}")
        return reply.json

    def credentials(self, person, step=0):
        now = int(time.time()) + 30 * step
        code = pyotp.TOTP(person.totp_secret).at(now)
        return {"user": person.user, "password": person.password, "totp": code}

    def sign_in(self, person, step=0):
        """Sign in and keep the cookie; return the session view."""
        reply = self.request("POST", "/api/session", self.credentials(person, step))
        if reply.status != 200:
            raise Refused(f"{reply.status} {reply.body[:200]!r}")
        self.cookie = reply.headers["set-cookie"].partition("=")[2].partition(";")[0]
        return reply.json

    def search(self, text="", limit=100, offset=0):
        asked = {"text": text, "limit": limit, "offset": offset}
        return self.post("/api/studies/search", asked)


@dataclass(frozen=True)
class OpenedStudy:
    """A study whose key this document holds."""

    manifest: dict
    digest: str
    dek: bytes
    release: dict

    def instances(self):
        for series in self.manifest["series"]:
            for instance in series["instances"]:
                yield series["series"], instance


@dataclass
class Document:
    """One loaded page: its keys, its chain."""

    client: Client
    signing: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(CURVE)
    )
    exchange: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(CURVE)
    )
    chain: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    prev: str = ""
    checkpoint: dict | None = None

    def enrolment(self, **changes):
        """Return a signed enrolment, perhaps changed after it was signed."""
        asked = {
            "v": 1,
            "chain": self.chain,
            "session_sign": jwk(self.signing),
            "page_kex": jwk(self.exchange),
            "nonce": self.nonce(),
            "predecessor": None,
        }
        signature = b64u(sign(self.signing, "diascope-enrol-v1", asked))
        return {"enrolment": {**asked, **changes}, "signature": signature}

    def nonce(self):
        return self.client.post("/api/nonce", {})["nonce"]

    def enrol(self):
        """Enrol, check the receipt as a page must, and begin the chain with it."""
        answer = self.client.post("/api/chains", self.enrolment())
        receipt = answer["receipt"]
        signed = b"diascope-receipt-v1\n" + canonical(receipt)
        self.trusted("receipt").verify(unb64u(answer["signature"]), signed)
        assert (self.chain, thumbprint(jwk(self.signing)), thumbprint(jwk(self.exchange))) == (
            receipt["chain"],
            receipt["session_sign"],
            receipt["page_kex"],
        )
        self.prev = sha256(signed + unb64u(answer["signature"]))
        self.checkpoint = answer["checkpoint"]
        return self

    def trust(self):
        return self.client.request("GET", "/trust.json").json

    def trusted(self, purpose):
        key = next(each for each in self.trust()["keys"] if each["purpose"] == purpose)
        return Ed25519PublicKey.from_public_bytes(unb64u(key["public"]))

    def proof(self, method, path, body, nonce=None, changes=None):
        """Return the proof header of a request, perhaps signed over something else."""
        nonce = nonce or self.nonce()
        request = {
            "method": method,
            "path": path,
            "body_sha256": sha256(body),
            "nonce": nonce,
            "chain": self.chain,
        }
        signature = sign(self.signing, "diascope-request-v1", {**request, **(changes or {})})
        return f"{nonce}.{self.chain}.{b64u(signature)}"

    def ask_open(self, handle, proof=None):
        """Post an open request and return the reply, whatever it is."""
        path = f"/api/studies/{handle}/open"
        body = canonical({"chain": self.chain, "page_kex": jwk(self.exchange)})
        proof = self.proof("POST", path, body) if proof is None else proof
        headers = {"Diascope-Proof": proof, "Content-Type": "application/json"}
        return self.client.request("POST", path, body, headers)

    def open(self, handle):
        """Open a study: unwrap its key, open and verify its manifest."""
        reply = self.ask_open(handle)
        if reply.status != 200:
            raise Refused(f"{reply.status} {reply.body[:200]!r}")
        release = reply.json
        bound = release["ctx"].encode()
        shared = self.exchange.exchange(ec.ECDH(), public_key(release["epk"]))
        key = hkdf(shared, hashlib.sha256(bound).digest(), b"diascope-key-release-v1")
        dek = AESGCM(key).decrypt(bytes(12), unb64u(release["wrapped"]), bound)
        return self._open_manifest(handle, release, dek)

    def _open_manifest(self, handle, release, dek):
        context, found = json.loads(release["ctx"]), release["manifest"]
        trust = self.trust()
        identity = (found["study"], "", "", "manifest", str(found["version"]))
        names = (trust["installation"], trust["tenant"], *identity, context["dek_id"])
        sealed = unb64u(found["sealed"])
        assert found["object"] == sha256(sealed)
        plain = open_stream(dek, sealed, canonical(["diascope-part-v1", *names]))
        signature, text = plain[:64], plain[64:]
        self.trusted("manifest").verify(signature, _manifest_statement(text))
        assert context["manifest"] == sha256(text)
        manifest = json.loads(text)
        assert handle == context["study"] == manifest["handle"]
        assert hkdf(dek, b"", b"diascope-commit-v1").hex() == manifest["dek_commit"]
        return OpenedStudy(manifest, sha256(text), dek, release)

    def ask_part(self, handle, name, chain=None):
        path = f"/api/studies/{handle}/parts/{name}"
        headers = {"Diascope-Chain": chain or self.chain}
        return self.client.request("GET", path, None, headers)

    def part(self, study, series, instance, part):
        """Fetch one part and open it; check size and digest as the worker does."""
        reply = self.ask_part(study.manifest["handle"], part["object"])
        if reply.status != 200:
            raise Refused(f"{reply.status} {reply.body[:200]!r}")
        names = [
            *(study.manifest[key] for key in ("installation", "tenant", "study")),
            *(series, instance["sop"], part["kind"], str(part["index"])),
            study.manifest["dek_id"],
        ]
        bound = canonical(["diascope-part-v1", *names])
        plain = open_stream(study.dek, reply.body, bound)
        assert (part["size"], part["sha256"]) == (len(plain), sha256(plain))
        return plain

    def original(self, study, series, instance):
        """Put an instance's parts together again."""
        return b"".join(self.part(study, series, instance, each) for each in instance["parts"])

    def envelope(self, kind, body, **changes):
        return {
            "v": 1,
            "chain": self.chain,
            "seq": self.seq,
            "prev": self.prev,
            "type": kind,
            "t_wall_ms": int(time.time() * 1000),
            "t_mono_ms": int(time.monotonic() * 1000),
            "checkpoint": self.checkpoint,
            "body": body,
            **changes,
        }

    def signed(self, envelope):
        """Sign an envelope without moving the chain."""
        signature = sign(self.signing, "diascope-beacon-v1", envelope)
        return {"signed": canonical(envelope).decode(), "signature": b64u(signature)}

    def beacon(self, kind, body, **changes):
        """Sign the chain's next beacon."""
        made = self.signed(self.envelope(kind, body, **changes))
        signed = b"diascope-beacon-v1\n" + made["signed"].encode()
        self.prev = sha256(signed + unb64u(made["signature"]))
        self.seq += 1
        return made

    def seal(self, beacon):
        """Seal a beacon to the server's inbox, as the outbox does."""
        ephemeral = ec.generate_private_key(CURVE)
        shared = ephemeral.exchange(ec.ECDH(), public_key(self.trust()["beacon_inbox"]))
        epk = jwk(ephemeral)
        key = hkdf(shared, bytes(32), b"diascope-outbox-v1" + canonical(epk))
        return {"epk": epk, "ct": b64u(AESGCM(key).encrypt(bytes(12), canonical(beacon), None))}

    def send(self, *beacons, sealed=()):
        """Deliver beacons and return the answer."""
        return self.client.post("/api/beacons", {"beacons": list(beacons), "sealed": list(sealed)})


def view_body(study, **changes):
    """Return a complete body of a `view` beacon for the first image of an opened study."""
    series, instance = next(study.instances())
    return {
        "study": study.manifest["handle"],
        "manifest": study.digest,
        "bundle": "0" * 64,
        "series": series,
        "sop": instance["sop"],
        "frame": 1,
        "parts": [part["sha256"] for part in instance["parts"][:2]],
        "presentation": {
            "voi": {"function": "LINEAR", "center": "40", "width": "400", "explanation": ""},
            "invert": False,
            "zoom_e6": 1_000_000,
            "center_column_e6": 64_000_000,
            "center_row_e6": 64_000_000,
            "mode": "fit",
            "interpolation": "nearest",
            "rotation": 0,
            "flip": False,
            "state": "",
            "overlays": False,
            "graphics_sha256": "",
        },
        "viewport": {
            "id": "1",
            "width": 512,
            "height": 512,
            "device_pixel_ratio_e6": 1_000_000,
            "scale_verified": True,
        },
        "layout_id": "1x1",
        "generation": 1,
        "exact": True,
        "pixel_sha256": "0" * 64,
        **changes,
    }
