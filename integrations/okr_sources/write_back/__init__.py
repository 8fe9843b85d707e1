"""Write-back: what every tool shares when scores are told to it."""
