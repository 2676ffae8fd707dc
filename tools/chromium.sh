#!/usr/bin/env bash
# Make sure a Chromium is there for the journeys: install Debian's where apt works. One clear line when there is none.
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core) >/dev/null 2>&1 && command -v chromium >/dev/null && exit 0
fi
echo "There is no Chromium here and it could not be installed; the journeys in a browser were not run." >&2
exit 1
