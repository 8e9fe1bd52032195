"""The equations: small functions over numbers and arrays, which both engines call."""
