"""Write-back: scores told to the tools."""
