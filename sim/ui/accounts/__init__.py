"""Parts of the page Accounts."""
