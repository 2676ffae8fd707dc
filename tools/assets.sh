#!/bin/sh
# Rebuilds the bundled styles, fonts and icons (docs/look.md).
exec python3 "$(dirname "$0")/assets.py"
