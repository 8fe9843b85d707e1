"""Prefect flows of an OKR cycle, one module per stage; the steps below them know no Prefect."""
