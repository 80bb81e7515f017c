"""Live services recorded: what passes through a proxy becomes an endpoint file.

`service` says where requests go and `passing_on` takes them there. Each exchange is read
(`exchange`), freed of secrets (`secret_names`, `masks`, `redaction`), put among the endpoints
(`script`, `replies`) and written as YAML (`yaml_text`) by the `recorder`.
"""
