"""Write-back: scores and reports on Notion pages."""
