"""Statements about data: tickets and their files, campaigns of trials, explicit matrices and masks."""
