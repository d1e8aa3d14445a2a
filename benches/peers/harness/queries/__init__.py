"""The questions, one file each; `harness.query` says what belongs in one."""
