"""The independent checker: standard library only, run as a program, never imported."""
