"""The training record: what is written into its ledger, whether it still holds, holds, retention and exports."""
