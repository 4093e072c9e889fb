"""A small validator for the parts of JSON Schema that our schemas use; anything else in a schema is an
error, so that a schema cannot say more than is checked. Standard library only."""
import re

TYPES = {"object": dict, "array": list, "string": str, "null": type(None), "boolean": bool}
WORDS = {"$schema", "$id", "$defs", "title", "description", "$ref", "type", "const", "enum", "anyOf", "properties", "required", "additionalProperties", "items",
         "pattern", "minLength", "minimum", "maximum"}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def errors(value, schema, root=None, at="$"):
    """Sentences about what is wrong; empty when value fits."""
    root = root if root is not None else schema
    unknown = set(schema) - WORDS
    if unknown:
        raise ValueError("the validator does not know %s at %s" % (sorted(unknown), at))
    out = []
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        out += errors(value, target, root, at)
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(is_type(value, name) for name in names):
            return out + ["%s: %r is no %s" % (at, value, " or ".join(names))]
    if "const" in schema and value != schema["const"]:
        out.append("%s: %r is not %r" % (at, value, schema["const"]))
    if "enum" in schema and value not in schema["enum"]:
        out.append("%s: %r is none of %s" % (at, value, schema["enum"]))
    if "anyOf" in schema and all(errors(value, option, root, at) for option in schema["anyOf"]):
        out.append("%s: %r fits no alternative" % (at, value))
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            out.append("%s: %r does not match %s" % (at, value, schema["pattern"]))
        if len(value) < schema.get("minLength", 0):
            out.append("%s: too short" % at)
    if is_type(value, "number"):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            out.append("%s: %r is out of range" % (at, value))
    if isinstance(value, dict):
        known = schema.get("properties", {})
        out += ["%s: %s is missing" % (at, key) for key in schema.get("required", []) if key not in value]
        if schema.get("additionalProperties") is False:
            out += ["%s: %s is unknown" % (at, key) for key in value if key not in known]
        for key in value:
            if key in known:
                out += errors(value[key], known[key], root, at + "." + key)
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            out += errors(item, schema["items"], root, "%s[%d]" % (at, i))
    return out
