"""Write-back: scores on Jira issues."""
