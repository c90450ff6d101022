"""Compilation counts as the first call's time, so hypothesis sets no deadline."""

from hypothesis import settings

settings.register_profile("project", deadline=None)
settings.load_profile("project")
