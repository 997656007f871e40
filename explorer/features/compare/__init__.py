"""How alike two representations of the same items are. See `contract.METHODS`; ask through `service`."""
