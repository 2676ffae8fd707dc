"""The rules of the house (docs/rooms.md), each a function that names file, line and what to do instead."""
