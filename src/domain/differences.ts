/** One place where two values differ, both as JSON; `nothing` where one side has none. */
export interface Difference {
  /** `document.lines.0.price`. */
  readonly where: string;
  readonly before: string;
  readonly after: string;
}

/** Where two plain values differ, deepest place each. */
export function differencesOf(before: unknown, after: unknown, where = ''): Difference[] {
  if (isContainer(before) && isContainer(after)) {
    const [left, right] = [before, after].map((one) => new Map(Object.entries(one)));
    const names = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])];
    return names.flatMap((name) =>
      differencesOf(left?.get(name), right?.get(name), where === '' ? name : `${where}.${name}`),
    );
  }
  const [was, is] = [before, after].map((one) => JSON.stringify(one) ?? 'nothing');
  return was === is ? [] : [{ where, before: was ?? 'nothing', after: is ?? 'nothing' }];
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
