"""Bytes at rest: sealed parts, write-once objects, sealed database fields."""
