"""The Diascope server: signs people in, delivers sealed studies, keeps the record.

It imports the engine's manifest and audit code, and never decodes a pixel.
"""
