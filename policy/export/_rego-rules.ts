/**
 * The evaluator's answers, in Rego v1: each condition is true ("yes"), false ("no") or cannot be compared ("unclear"), and
 * a tool is allowed when of each `deny_if` rule one condition is "no" and all of `require` are "yes". Everything is said
 * without negation of what may fault, as a fault is "undefined" in Rego and denies only there. The tables are read with
 * object.get: Rego's type checker refuses other references into a table that is empty. Functions may not call each other in
 * a circle.
 */
export const REGO_RULES = String.raw`default allow := false

allow if {
  is_object(args)
  input.tool in object.get(free, input.server, [])
}

allow if {
  is_object(args)
  rules := object.get(checked, [input.server, input.tool], null)
  rules != null
  every rule in rules.deny_if {
    some condition in rule
    truth(condition) == "no"
  }
  every rule in rules.require {
    every condition in rule {
      truth(condition) == "yes"
    }
  }
}

args := object.get(input, "arguments", {})

# A set is no JSON, so no argument is this one.
absent := {"absent"}

found(condition) := object.get(args, condition.path, absent)

truth(condition) := "unclear" if {
  misplaced(condition)
} else := "yes" if {
  yes(condition)
} else := "no" if {
  no(condition)
} else := "unclear"

# The object that holds the key at this place of the path; null where there is none.
parent(condition, i) := args if {
  i == 0
} else := object.get(args, array.slice(condition.path, 0, i), null)

misplaced(condition) if {
  some i in numbers.range(0, count(condition.path) - 1)
  holder := parent(condition, i)
  holder != null
  not is_object(holder)
}

# A second spelling of the key: a server may take either.
misplaced(condition) if {
  some i in numbers.range(0, count(condition.path) - 1)
  holder := parent(condition, i)
  is_object(holder)
  some key, _ in holder
  key != condition.path[i]
  may_be(key, condition.path[i])
}

may_be(key, wanted) if lower(key) == lower(wanted)

may_be(key, _) if regex.match("[^\\x00-\\x7F]", key)

yes(condition) if {
  condition.op == "exists"
  condition.value == (found(condition) != absent)
}

yes(condition) if {
  condition.op != "exists"
  value := found(condition)
  value != absent
  holds(condition.op, value, condition.value)
}

no(condition) if {
  condition.op == "exists"
  condition.value != (found(condition) != absent)
}

no(condition) if {
  condition.op != "exists"
  found(condition) == absent
}

no(condition) if {
  condition.op != "exists"
  value := found(condition)
  value != absent
  fails(condition.op, value, condition.value)
}

holds("eq", value, wanted) if equal(value, wanted)

fails("eq", value, wanted) if different(value, wanted)

holds("neq", value, wanted) if different(value, wanted)

fails("neq", value, wanted) if equal(value, wanted)

holds("in", value, wanted) if among(value, wanted)

fails("in", value, wanted) if outside(value, wanted)

holds("not_in", value, wanted) if outside(value, wanted)

fails("not_in", value, wanted) if among(value, wanted)

holds("contains", value, wanted) if {
  is_string(value)
  is_string(wanted)
  contains(value, wanted)
}

holds("contains", value, wanted) if {
  is_array(value)
  some entry in value
  equal(entry, wanted)
}

fails("contains", value, wanted) if {
  is_string(value)
  is_string(wanted)
  not contains(value, wanted)
}

fails("contains", value, wanted) if {
  is_array(value)
  every entry in value {
    different(entry, wanted)
  }
}

holds("regex", value, pattern) if {
  searchable(value)
  regex.match(pattern, value)
}

fails("regex", value, pattern) if {
  searchable(value)
  not regex.match(pattern, value)
}

searchable(value) if {
  is_string(value)
  count(value) <= 16384
}

holds("lt", value, bound) if {
  is_number(value)
  value < bound
}

fails("lt", value, bound) if {
  is_number(value)
  value >= bound
}

holds("lte", value, bound) if {
  is_number(value)
  value <= bound
}

fails("lte", value, bound) if {
  is_number(value)
  value > bound
}

holds("gt", value, bound) if {
  is_number(value)
  value > bound
}

fails("gt", value, bound) if {
  is_number(value)
  value <= bound
}

holds("gte", value, bound) if {
  is_number(value)
  value >= bound
}

fails("gte", value, bound) if {
  is_number(value)
  value < bound
}

among(value, wanted) if {
  some entry in wanted
  equal(value, entry)
}

outside(value, wanted) if {
  every entry in wanted {
    different(value, entry)
  }
}

equal(value, wanted) if {
  value == wanted
  exact(value)
}

different(value, wanted) if {
  value != wanted
  comparable(value, wanted)
  exact(value)
}

# A server may read "10" as 10: between types nothing is decided, except that null is only null.
comparable(value, wanted) if type_name(value) == type_name(wanted)

comparable(value, _) if value == null

comparable(_, wanted) if wanted == null

# Above 2^53 neighbouring whole numbers are read as one.
exact(value) if not is_number(value)

exact(value) if {
  is_number(value)
  abs(value) <= 9007199254740991
}
`;
