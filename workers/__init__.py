"""What follows the log: ingest, readers, jobs, upkeep."""
