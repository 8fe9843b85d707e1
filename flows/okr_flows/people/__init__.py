"""People of a workspace: imported from a table, or matched with the accounts of a tool."""
