"""Files as text: tables that people made, and edits of what they wrote."""
