const SECRET_NAME = /secret|password|token|authorization|apikey/i;

/** A copy without values whose names say that they are secrets (E-27). */
export function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, SECRET_NAME.test(name) ? '[redacted]' : redact(each)]),
  );
}
