"""Whether there is anything to do, asked without a lock."""

from sqlalchemy import Engine


class Commits:
    """Notices that some process committed, without reading a table or taking a lock."""

    def __init__(self, engine: Engine) -> None:
        """Hold one connection: SQLite counts commits of others for each connection."""
        self._connection = engine.raw_connection()
        self._cursor = self._connection.cursor()
        self._seen: object = None

    def has_changed(self) -> bool:
        """Say whether there were commits since the last call; the first call says yes."""
        version, self._seen = self._seen, self._cursor.execute("PRAGMA data_version").fetchone()
        return version != self._seen

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()
