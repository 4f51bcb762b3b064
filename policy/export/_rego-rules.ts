import { REGO_OPERATORS } from "./_rego-operators.ts";

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

${REGO_OPERATORS}`;
