"""Tools: the commands about connections and people."""
