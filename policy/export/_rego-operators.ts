/** The operators of a condition in Rego: when each surely holds, and when it surely fails; the rest cannot be compared. */
export const REGO_OPERATORS = `holds("eq", value, wanted) if equal(value, wanted)

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
  exact(bound)
  value < bound
}

fails("lt", value, bound) if {
  is_number(value)
  exact(bound)
  value >= bound
}

holds("lte", value, bound) if {
  is_number(value)
  exact(bound)
  value <= bound
}

fails("lte", value, bound) if {
  is_number(value)
  exact(bound)
  value > bound
}

holds("gt", value, bound) if {
  is_number(value)
  exact(bound)
  value > bound
}

fails("gt", value, bound) if {
  is_number(value)
  exact(bound)
  value <= bound
}

holds("gte", value, bound) if {
  is_number(value)
  exact(bound)
  value >= bound
}

fails("gte", value, bound) if {
  is_number(value)
  exact(bound)
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
