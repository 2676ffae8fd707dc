"""Shared ground for all tests."""
