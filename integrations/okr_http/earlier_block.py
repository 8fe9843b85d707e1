"""Earlier block: credentials as they were saved when slugs of types had no prefix."""

from okr_http.credentials import HttpCredentials


class EarlierHttpCredentials(HttpCredentials):
    """What `HttpCredentials` was called in Prefect; only read, never saved."""

    _block_type_name = "HTTP Credentials"
    _block_type_slug = "http-credentials"
