"""All tables but the ledger's. Nothing here names, dates or identifies a person in the clear.

Rows are named by random handles or by HMAC; text about people stands in `Sealed` columns. Times
are milliseconds of the server's clock.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from diascope_server.database import metadata
from diascope_server.store.fields import Sealed

users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("login_index", String, nullable=False, unique=True),
    Column("login", Sealed, nullable=False),
    Column("password", Sealed, nullable=False),
    Column("totp_secret", Sealed, nullable=False),
    Column("totp_last_step", BigInteger, nullable=False),
    Column("roles", String, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

attempts = Table(  # failed sign-ins, by HMAC of account or address, or both
    "attempts",
    metadata,
    Column("subject", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
    Column("known_ms", BigInteger),  # when this account last signed in from this address
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", String, primary_key=True),
    Column("user_id", String, ForeignKey("users.id"), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("session_sign", String),  # thumbprint of the one key that signs for it, once enrolled
)

nonces = Table(
    "nonces",
    metadata,
    Column("nonce", String, primary_key=True),
    Column("session", String, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)

chains = Table(  # one browser document each
    "chains",
    metadata,
    Column("chain", String, primary_key=True),
    Column("session", String, ForeignKey("sessions.id_hash"), nullable=False),
    Column("session_sign", String, nullable=False),
    Column("page_kex", String, nullable=False),
    Column("receipt", String, nullable=False),  # canonical JSON, as it was signed
    Column("receipt_signature", String, nullable=False),
    Column("enrolled_ms", BigInteger, nullable=False),
)

openings = Table(  # which document was given which study's key
    "openings",
    metadata,
    Column("chain", String, ForeignKey("chains.chain"), nullable=False),
    Column("handle", String, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("chain", "handle"),
)

beacons = Table(
    "beacons",
    metadata,
    Column("chain", String, ForeignKey("chains.chain"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("link", String, nullable=False),
    Column("signed_sha256", String, nullable=False),
    Column("prev", String, nullable=False),
    Column("type", String, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("chain", "seq"),
)

studies = Table(
    "studies",
    metadata,
    Column("handle", String, primary_key=True),
    Column("study_index", String, nullable=False, unique=True),
    Column("patient_index", String, nullable=False, index=True),
    Column("accession_index", String, nullable=False, index=True),
    Column("day_index", String, nullable=False, index=True),
    Column("study", Sealed, nullable=False),
    Column("summary", Sealed, nullable=False),
    Column("dek_id", String, nullable=False),
    Column("dek_wrapped", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("manifest_object", String, nullable=False),
    Column("manifest_digest", String, nullable=False),
    Column("change", BigInteger, nullable=False, unique=True),
)

instances = Table(
    "instances",
    metadata,
    Column("sop_index", String, primary_key=True),
    Column("content_index", String, nullable=False),
    Column("handle", String, ForeignKey("studies.handle"), nullable=False),
)

objects = Table(  # which study a stored object belongs to
    "objects",
    metadata,
    Column("object", String, primary_key=True),
    Column("handle", String, ForeignKey("studies.handle"), nullable=False),
)
