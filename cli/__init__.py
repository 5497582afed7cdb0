"""The command line `botyard`: speaks to the API, and runs the parts that it consists of."""
