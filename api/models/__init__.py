"""What goes in and out, as models: they validate, and they are the OpenAPI document."""
