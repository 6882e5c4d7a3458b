"""Tests of ``copkit toolkit``."""
