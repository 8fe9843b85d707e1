"""Check-ins: what people say of their key results."""
