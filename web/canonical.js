// Canonical JSON (RFC 8785) for what the page signs and hashes: strings, booleans, null, arrays,
// plain objects and whole numbers. Nothing signed here holds a float, so a float is refused.

/**
 * The one text that stands for `value`.
 * @param {unknown} value
 * @returns {string}
 */
export function canonical(value) {
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "number") {
    return canonicalNumber(value);
  }
  if (typeof value === "string") {
    return canonicalString(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  return canonicalObject(value);
}

/** RFC 8785 3.2.2.3, limited to integers that every JSON reader keeps. */
function canonicalNumber(value) {
  if (!Number.isSafeInteger(value)) {
    throw new TypeError("canonical JSON here holds whole numbers only");
  }
  return String(value === 0 ? 0 : value); // -0 is written 0
}

/** RFC 8785 3.2.2.2: JSON.stringify escapes exactly as demanded, once lone surrogates are out. */
function canonicalString(value) {
  if (!value.isWellFormed()) {
    throw new TypeError("a string holds half a character");
  }
  return JSON.stringify(value);
}

/** RFC 8785 3.2.3: members in the order of their UTF-16 code units, which is what sort() does. */
function canonicalObject(value) {
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) {
    throw new TypeError("not a JSON value");
  }
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${canonicalString(name)}:${canonical(value[name])}`).join(",")}}`;
}
