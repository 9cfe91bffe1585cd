"""Files that are whole or absent."""

from diascope_server.store import durable


def test_a_file_and_its_folders_are_made(tmp_path):
    durable.write(tmp_path / "a" / "b" / "c", b"data")

    assert b"data" == (tmp_path / "a" / "b" / "c").read_bytes()
    assert 0o700 == (tmp_path / "a").stat().st_mode & 0o777


def test_a_file_is_replaced_whole_and_a_crashed_draft_is_no_hindrance(tmp_path):
    path = tmp_path / "checkpoint"
    durable.write(path, b"old")
    (tmp_path / "checkpoint.new").write_bytes(b"half of")

    durable.write(path, b"new")

    assert [path] == list(tmp_path.iterdir())
    assert b"new" == path.read_bytes()
