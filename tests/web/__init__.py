"""Tests of the report page in a browser: `make test-web`."""
