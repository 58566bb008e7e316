"""The main job in a real browser: Chromium, a real server process, real clicks."""
