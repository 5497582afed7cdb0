"""`botyard up`: runs the parts that the Procfile names, in the foreground, until it is told to end."""
