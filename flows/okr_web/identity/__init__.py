"""Identity: who reads a page, by a signed personal link or by a proxy that vouches for them."""
