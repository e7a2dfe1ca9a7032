"""What kind of comparison the attempts allow, asked before any number is computed."""
