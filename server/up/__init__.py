"""`frontdesk up`: Postgres and Valkey from wheels, web, workers and the demo shop, under one Ctrl-C."""
