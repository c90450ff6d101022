"""One report.json and its views."""
