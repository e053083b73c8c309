from conftest_shared import counted, loaded, shared, start, written  # noqa: F401
