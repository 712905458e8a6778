"""The audit log: who did what, from where, and the chain that shows whether anybody changed it afterwards."""
