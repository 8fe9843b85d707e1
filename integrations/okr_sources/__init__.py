"""What sources share: the protocol, request plans, retries, limits, evidence, suspicion."""
