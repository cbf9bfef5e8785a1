import { describe, expect, it } from 'vitest';
import { decideCloudcart } from '../../../src/clients/cloudcart/decision.ts';
import type { HttpFailure } from '../../../src/clients/http.ts';

function decide(status: number, body: string, write: boolean, headers: Record<string, string> = {}) {
  const answer = {
    kind: 'answer',
    status,
    headers: new Headers(headers),
    text: body,
    bytes: Buffer.from(body),
  } as const;
  const verdict = decideCloudcart(answer, write, 0);
  return verdict.kind === 'failed' ? verdict.decision : verdict;
}

const problem = (status: number, more = '') => `{"errors":[{"status":"${status}"${more}}]}`;
const html = '<html><body>no</body></html>';

describe('decision about an answer of CloudCart (CloudCart API 1.7, 2.3)', () => {
  it.each([
    [200, '{"data":[]}', { data: [] }],
    [200, '\uFEFF{"data":{"n":5}}', { data: { n: '5' } }],
    [201, '{"data":null}', { data: null }],
    [204, '', undefined],
  ])('%i %s is a body', (status, body, expected) => {
    expect(decide(status, body, true)).toEqual({ kind: 'body', body: expected });
  });

  it.each([
    [200, '', 'retry', 'unknown_outcome', 'empty_body'],
    [200, html, 'retry', 'unknown_outcome', 'not_json'],
    [200, '{"data":', 'retry', 'unknown_outcome', 'not_json'],
    [200, problem(422), 'refused', 'refused', 'http_422'],
    [200, problem(401), 'auth', 'auth', 'http_401'],
    [301, '', 'defect', 'defect', 'http_301'],
    [400, problem(400), 'defect', 'defect', 'http_400'],
    [401, problem(401, ',"title":"Unauthenticated"'), 'auth', 'auth', 'http_401'],
    [402, problem(402), 'paused', 'paused', 'http_402'],
    [403, html, 'retry_after', 'retry_after', 'http_403'],
    [404, html, 'defect', 'defect', 'http_404'],
    [405, problem(405), 'defect', 'defect', 'http_405'],
    [406, '', 'defect', 'defect', 'http_406'],
    [408, '', 'retry', 'unknown_outcome', 'http_408'],
    [409, '', 'refused', 'refused', 'http_409'],
    [415, '', 'defect', 'defect', 'http_415'],
    [422, problem(422, ',"detail":"x"'), 'refused', 'refused', 'http_422'],
    [429, html, 'retry_after', 'retry_after', 'anti_abuse'],
    [429, '{"error":"Too Many Requests","retry_after":60}', 'retry_after', 'retry_after', 'http_429'],
    [500, problem(500, ',"details":"log 77"'), 'retry', 'unknown_outcome', 'http_500'],
    [502, html, 'retry', 'unknown_outcome', 'http_502'],
    [503, problem(503, ',"title":"Maintenance mode"'), 'retry_after', 'retry_after', 'maintenance'],
    [503, html, 'retry', 'unknown_outcome', 'http_503'],
    [504, '', 'retry', 'unknown_outcome', 'http_504'],
    [520, html, 'retry', 'unknown_outcome', 'http_520'],
  ])('%i %s: read %s, write %s', (status, body, read, write, code) => {
    expect(decide(status, body, false)).toMatchObject({ class: read, code: `cloudcart_${code}` });
    expect(decide(status, body, true)).toMatchObject({ class: write, code: `cloudcart_${code}` });
  });

  it('takes a 404 of the application as absence, also wrapped in a 422 (U-03)', () => {
    expect(decide(404, problem(404, ',"detail":"stores app not installed"'), false)).toEqual({
      kind: 'not_found',
    });
    expect(decide(422, problem(404), false)).toEqual({ kind: 'not_found' });
  });

  it('hands back the budget, and tells "used up" from "no access" (CloudCart API 2.2)', () => {
    const headers = { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '0', 'retry-after': '17' };
    expect(decide(200, '{}', false, headers)).toEqual({
      kind: 'body',
      body: {},
      rate: { limit: 50, remaining: 0 },
    });
    expect(decide(429, '{"retry_after":60}', false, headers)).toMatchObject({ retryAfterMs: 17_000 });
    expect(decide(429, '{"retry_after":60}', false, { 'x-ratelimit-limit': '0' })).toMatchObject({
      class: 'paused',
      code: 'cloudcart_no_api_access',
    });
  });

  it.each([
    [{ sent: false, reason: 'refused', code: 'ENOTFOUND' }, 'retry', 'retry'],
    [{ sent: true, reason: 'timeout', code: 'DEADLINE' }, 'retry', 'unknown_outcome'],
    [{ sent: true, reason: 'broken', code: 'UND_ERR_SOCKET' }, 'retry', 'unknown_outcome'],
    [{ sent: true, reason: 'too_large', code: 'BODY_TOO_LARGE' }, 'defect', 'unknown_outcome'],
  ] as const)('%o: read %s, write %s', (failure, read, write) => {
    const whole: HttpFailure = { kind: 'failure', ...failure };
    expect(decideCloudcart(whole, false, 0)).toMatchObject({ decision: { class: read } });
    expect(decideCloudcart(whole, true, 0)).toMatchObject({ decision: { class: write } });
  });

  it('names the field that was refused, without personal data', () => {
    const body = problem(
      422,
      ',"detail":"ana@example.com is taken","source":{"pointer":"/data/attributes/email"}',
    );
    const text = JSON.stringify(decide(422, body, true));
    expect(text).toContain('/data/attributes/email');
    expect(text).not.toContain('ana@');
  });
});
