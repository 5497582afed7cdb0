"""`python -m api` prints the OpenAPI document: what the dashboard's types are generated from."""

import sys

from api.app import create_app
from api.encoding import encode

if __name__ == "__main__":
    sys.stdout.buffer.write(encode(create_app().api_doc))
