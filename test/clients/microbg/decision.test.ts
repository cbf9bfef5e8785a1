import { describe, expect, it } from 'vitest';
import type { HttpFailure } from '../../../src/clients/http.ts';
import { decideMicrobg } from '../../../src/clients/microbg/decision.ts';

function decide(body: string, write: boolean, status = 200, headers: Record<string, string> = {}) {
  const answer = {
    kind: 'answer',
    status,
    headers: new Headers(headers),
    text: body,
    bytes: Buffer.from(body),
  } as const;
  const verdict = decideMicrobg(answer, write, 0);
  return verdict.kind === 'failed' ? verdict.decision : verdict;
}

function fail(failure: Partial<HttpFailure>, write: boolean) {
  const verdict = decideMicrobg(
    { kind: 'failure', sent: true, reason: 'broken', code: 'ECONNRESET', ...failure },
    write,
    0,
  );
  return verdict.kind === 'failed' ? verdict.decision : verdict;
}

describe('decision about an answer of micro.bg (micro.bg API 1.6)', () => {
  it.each([
    ['{"status":true,"errors":[],"data":[]}', [], []],
    ['{"status":1,"errors":[],"data":{"id":5}}', { id: '5' }, []],
    ['{"success":"1","data":null}', null, []],
    ['\uFEFF{"status":true,"errors":null}', null, []],
    ['{"status":true,"errors":["x"],"data":null}', null, ['errors_on_success']],
  ])('%s is data', (body, data, warnings) => {
    expect(decide(body, true)).toEqual({ kind: 'data', data, warnings });
  });

  it.each([
    ['', 'retry', 'unknown_outcome', 'microbg_empty_body'],
    ['<html>502</html>', 'retry', 'unknown_outcome', 'microbg_not_json'],
    ['{"status":true,', 'retry', 'unknown_outcome', 'microbg_not_json'],
    ['[]', 'defect', 'unknown_outcome', 'microbg_envelope'],
    ['{"data":[]}', 'defect', 'unknown_outcome', 'microbg_envelope'],
    ['{"status":"maybe"}', 'defect', 'unknown_outcome', 'microbg_envelope'],
    ['{"status":false,"errors":["_INVALID_API_ID"],"data":null}', 'auth', 'auth', 'microbg_invalid_api_id'],
    ['{"status":0,"errors":"_OTHER_KEY"}', 'refused', 'refused', 'microbg_refused'],
    ['{"success":false,"errors":[{"Field":"_BAD"}]}', 'refused', 'refused', 'microbg_refused'],
    ['{"status":false}', 'refused', 'refused', 'microbg_refused'],
  ])('%s: read %s, write %s', (body, read, write, code) => {
    expect(decide(body, false)).toMatchObject({ class: read, code });
    expect(decide(body, true)).toMatchObject({ class: write, code });
  });

  it.each([
    [302, 'defect', 'defect'],
    [401, 'auth', 'auth'],
    [403, 'auth', 'auth'],
    [404, 'defect', 'defect'],
    [408, 'retry', 'unknown_outcome'],
    [413, 'defect', 'defect'],
    [429, 'retry_after', 'retry_after'],
    [500, 'retry', 'unknown_outcome'],
    [502, 'retry', 'unknown_outcome'],
    [503, 'retry', 'unknown_outcome'],
    [504, 'retry', 'unknown_outcome'],
  ])('HTTP %i: read %s, write %s', (status, read, write) => {
    expect(decide('<html>', false, status)).toMatchObject({ class: read, code: `microbg_http_${status}` });
    expect(decide('<html>', true, status)).toMatchObject({ class: write, code: `microbg_http_${status}` });
  });

  it('obeys Retry-After', () => {
    expect(decide('', false, 503, { 'retry-after': '7' })).toMatchObject({
      class: 'retry_after',
      retryAfterMs: 7000,
    });
    expect(decide('', true, 429)).toMatchObject({ retryAfterMs: 60_000 });
  });

  it.each([
    [{ sent: false, reason: 'refused', code: 'ECONNREFUSED' }, 'retry', 'retry'],
    [{ reason: 'timeout', code: 'DEADLINE' }, 'retry', 'unknown_outcome'],
    [{}, 'retry', 'unknown_outcome'],
    [{ reason: 'too_large', code: 'BODY_TOO_LARGE' }, 'defect', 'unknown_outcome'],
  ] as const)('%o: read %s, write %s', (failure, read, write) => {
    expect(fail(failure, false)).toMatchObject({ class: read });
    expect(fail(failure, true)).toMatchObject({ class: write });
  });

  it('shows the words of a refusal without personal data', () => {
    const decision = decide('{"status":false,"errors":["_USED ana@example.com 7523169263"]}', true);
    expect(JSON.stringify(decision)).toContain('_USED');
    expect(JSON.stringify(decision)).not.toMatch(/ana@|7523169263/);
  });
});
