"""Tests of the tables that other programs read."""
