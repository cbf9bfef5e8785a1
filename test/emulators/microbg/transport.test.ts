import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { payload, signedRequest, startWarehouse, type TestWarehouse } from './warehouse.ts';

const VECTOR = { apiId: '1000200030004000', secret: 'demo-secret-not-hex-decoded-7f3a9c51e0' };
const BODY_A =
  'ApiId=1000200030004000&Request=eyJmdW5jdGlvbk5hbWUiOiJnZXRQYXltZW50VHlwZXMiLCJwYXJhbWV0ZXJzIjpbXSwiZnVuY3Rpb25EYXRhIjpudWxsfQ%253D%253D15d4ee9c6d09dfc8962b398a04712f7fade7974c10ba3f804b39d4230723fce5';
const ENCODED_B =
  'eyJmdW5jdGlvbk5hbWUiOiJpbnNlcnRQYXJ0bmVyIiwicGFyYW1ldGVycyI6eyJBdXRvR2VuZXJhdGVDb2RlIjoxfSwiZnVuY3Rpb25EYXRhIjp7Ik5hbWUiOiLQn9GA0LjQvNC10YAg0JXQntCe0JQiLCJDaXR5Ijoi0J%2FQu9C%2B0LLQtNC40LIifX0%3D';
const MAC_B = '9cb3dee85c649a88dd91508f80d87ad6d80338ab6dc1e8c7239684c884c3e3d2';
const JSON_C = String.raw`{"functionName":"insertPartner","parameters":{"AutoGenerateCode":1},"functionData":{"Name":"\u041f\u0440\u0438\u043c\u0435\u0440 \u0415\u041e\u041e\u0414","City":"\u041f\u043b\u043e\u0432\u0434\u0438\u0432"}}`;
const MAC_C = 'da823d7162fc0dfb259db3f6bab07c3e69d61c44817152cf160c99f40f986f96';

async function startVectors(): Promise<TestWarehouse> {
  const test = await startWarehouse();
  await test.control('POST', '/applications', VECTOR);
  return test;
}

const form = (request: string, apiId = VECTOR.apiId): string =>
  new URLSearchParams({ ApiId: apiId, Request: request }).toString();

describe('signature', () => {
  it('takes vector A byte for byte', async () => {
    const test = await startVectors();
    const { body } = await test.post(BODY_A);
    expect(body).toMatchObject({ status: true, errors: [] });
    expect(body.data).toHaveLength(5);
  });

  it('takes vector B: Cyrillic as it is, plus, slash and equals sign in the base64', async () => {
    const test = await startVectors();
    const { body } = await test.post(form(ENCODED_B + MAC_B));
    expect(body.data).toMatchObject({ Name: 'Пример ЕООД', City: 'Пловдив' });
  });

  it('takes vector C: the same object with escapes', async () => {
    const test = await startVectors();
    const encoded = encodeURIComponent(Buffer.from(JSON_C).toString('base64'));
    expect(signedRequest(VECTOR.secret, JSON_C)).toBe(encoded + MAC_C);
    const { body } = await test.post(form(encoded + MAC_C));
    expect(body.data).toMatchObject({ Name: 'Пример ЕООД', City: 'Пловдив' });
  });

  it.each([
    ['the JSON text', '0d99d67fcd0af1fdf62b4d4582d8edb96288527d3e0e6f7e1219864328d84e36'],
    ['the bare base64', 'd3c043d12e3932c1ac14ff93444462df3ccd8fb861032a9bf5339b4c2d8a8600'],
    ['nothing', '0'.repeat(64)],
    ['the right text, in capitals', MAC_B.toUpperCase()],
  ])('refuses a MAC over %s and applies nothing', async (_, mac) => {
    const test = await startVectors();
    const before = test.emulator.warehouse.company()?.partners.size;
    const { status, body } = await test.post(form(ENCODED_B + mac));
    expect([status, body]).toEqual([200, { status: false, errors: ['_EMU_BAD_SIGNATURE'], data: null }]);
    expect(test.emulator.warehouse.company()?.partners.size).toBe(before);
  });

  it('never decodes the secret, which looks like hex', async () => {
    const test = await startWarehouse();
    const { apiId, secret } = test.credentials;
    const encoded = encodeURIComponent(Buffer.from(payload('getObjects')).toString('base64'));
    const mac = createHmac('sha256', Buffer.from(secret, 'hex')).update(encoded).digest('hex');
    expect((await test.post(form(encoded + mac, apiId))).body.errors).toEqual(['_EMU_BAD_SIGNATURE']);
  });
});

describe('body encoding', () => {
  // Its base64 contains a plus, a slash and padding: only then single and double encoding differ (1.4).
  const single = `ApiId=${VECTOR.apiId}&Request=${ENCODED_B}${MAC_B}`;
  const double = form(ENCODED_B + MAC_B);
  const multipart = (): FormData => {
    const data = new FormData();
    data.set('ApiId', VECTOR.apiId);
    data.set('Request', ENCODED_B + MAC_B);
    return data;
  };

  it.each([
    ['form-double', [true, false, true]],
    ['form-single', [false, true, false]],
    ['multipart', [false, false, true]],
    ['lenient', [true, true, true]],
  ])('%s understands of double, single and multipart: %j', async (bodyEncoding, understood) => {
    const test = await startVectors();
    await test.switches({ bodyEncoding });
    const answers = [];
    for (const body of [double, single, multipart()]) answers.push((await test.post(body)).body.status);
    expect(answers).toEqual(understood);
  });
});

describe('entry point', () => {
  it('answers every method but POST with a failed envelope and HTTP 200', async () => {
    const { emulator } = await startWarehouse();
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const response = await fetch(emulator.url, { method });
      expect([method, response.status, await response.json()]).toEqual([
        method,
        200,
        { status: false, errors: ['_EMU_METHOD_NOT_ALLOWED'], data: null },
      ]);
    }
  });

  it('has a path of choice, with and without the trailing slash, and nothing beside it', async () => {
    const { emulator, credentials } = await startWarehouse({ path: '/erp/api/' });
    const body = form(signedRequest(credentials.secret, payload('getObjects')), credentials.apiId);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const ask = (url: string) =>
      fetch(url, { method: 'POST', body, headers }).then((answer) => answer.status);
    expect(emulator.url.endsWith('/erp/api/')).toBe(true);
    expect(await ask(emulator.url)).toBe(200);
    expect(await ask(emulator.url.slice(0, -1))).toBe(200);
    expect(await ask(`${new URL(emulator.url).origin}/ExtApps/ExternalApp/API/`)).toBe(404);
  });

  it('knows the application before it looks at the signature', async () => {
    const test = await startWarehouse();
    for (const body of [form('x', '42'), form('x', ''), 'Request=x', '', '{"ApiId":"1"}']) {
      const { status, text } = await test.post(body);
      expect([status, text]).toEqual([200, '{"status":false,"errors":["_INVALID_API_ID"],"data":null}']);
    }
  });

  it('refuses an application that was switched off, until it is on again', async () => {
    const test = await startWarehouse();
    const path = `/applications/${test.credentials.apiId}`;
    await test.control('PATCH', path, { active: false });
    expect((await test.call('getObjects')).errors).toEqual(['_INVALID_API_ID']);
    await test.control('PATCH', path, { active: true });
    expect((await test.call('getObjects')).status).toBe(true);
  });

  it('takes parameters as list or object, and data as null, {} or missing', async () => {
    const test = await startWarehouse();
    for (const rest of [
      '"parameters":[],"functionData":null',
      '"parameters":{},"functionData":{}',
      '"x":1',
    ]) {
      const signed = signedRequest(test.credentials.secret, `{"functionName":"getObjects",${rest}}`);
      expect((await test.post(form(signed, test.credentials.apiId))).body.status).toBe(true);
    }
  });

  it.each([
    ['no JSON', '_EMU_INVALID_JSON', '{"functionName":'],
    ['no function name', '_EMU_INVALID_functionName', '{"parameters":[]}'],
    ['a function nobody documented', '_EMU_UNKNOWN_FUNCTION', '{"functionName":"getMeasures"}'],
    ['another case of letters', '_EMU_UNKNOWN_FUNCTION', '{"functionName":"getitems"}'],
  ])('refuses a signed payload with %s', async (_, error, json) => {
    const test = await startWarehouse();
    const signed = signedRequest(test.credentials.secret, json);
    const { body } = await test.post(form(signed, test.credentials.apiId));
    expect(body).toEqual({ status: false, errors: [error], data: null });
  });
});

describe('envelope', () => {
  it.each([
    ['boolean', { status: true }, { status: false }],
    ['integer', { status: 1 }, { status: 0 }],
    ['success', { success: true }, { success: false }],
  ])('says yes and no as %s', async (envelopeFlag, yes, no) => {
    const test = await startWarehouse();
    await test.switches({ envelopeFlag });
    const good = await test.call('deletePartner', { Id: 919 });
    expect(good).toEqual({ ...yes, errors: [], data: null });
    const bad = await test.call('getMeasures');
    expect(bad).toEqual({ ...no, errors: ['_EMU_UNKNOWN_FUNCTION'], data: null });
  });
});

describe('what the documentation leaves open', () => {
  it.each([
    ['list', ['_EMU_UNKNOWN_FUNCTION']],
    ['text', '_EMU_UNKNOWN_FUNCTION'],
    ['objects', [{ message: '_EMU_UNKNOWN_FUNCTION' }]],
  ])('errors come as %s', async (errorsShape, errors) => {
    const test = await startWarehouse();
    await test.switches({ errorsShape });
    expect((await test.call('getUsers')).errors).toEqual(errors);
    expect((await test.call('getObjects')).errors).toEqual([]);
  });

  it('takes Cyrillic only as escapes when it is told so', async () => {
    const test = await startVectors();
    await test.switches({ asciiOnly: true });
    expect((await test.post(form(ENCODED_B + MAC_B))).body.errors).toEqual(['_EMU_INVALID_JSON']);
    const { body } = await test.post(form(signedRequest(VECTOR.secret, JSON_C)));
    expect(body.data.Name).toBe('Пример ЕООД');
  });

  it('knows getMeasures only when it is told so', async () => {
    const test = await startWarehouse();
    await test.switches({ measuresExist: true });
    expect((await test.ask('getMeasures'))[0]).toEqual({ id: 6, Name: 'Бр.' });
  });
});

describe('subscription and limits', () => {
  const lists = ['getItems', 'getPartners', 'getItemQuantities', 'getTaxGroups'];

  it('refuses everything but the company data after the paid time, when it answers with errors', async () => {
    const test = await startWarehouse();
    await test.switches({ subscription: 'error' });
    for (const name of [...lists, 'saveOperation'])
      expect((await test.call(name)).errors).toEqual(['_EMU_SUBSCRIPTION_EXPIRED']);
    const { PaymentToDate } = await test.ask('getCompanyData');
    expect(Date.parse(PaymentToDate.replace(' ', 'T'))).toBeLessThan(Date.now());
  });

  it('looks like an empty warehouse after the paid time, when it answers with lists', async () => {
    const test = await startWarehouse();
    await test.switches({ subscription: 'empty' });
    for (const name of lists) expect(await test.ask(name)).toEqual([]);
    expect((await test.save(19, 1, [['TEA', 1, 8]])).status).toBe(false);
    await test.switches({ subscription: 'ok' });
    expect((await test.save(19, 1, [['TEA', 1, 8]])).status).toBe(true);
  });

  it.each([
    ['http429', 429, undefined],
    ['failedEnvelope', 200, ['_EMU_RATE_LIMIT']],
  ])(
    'answers %s beyond the limit of one application, and lets others pass',
    async (answer, status, errors) => {
      const test = await startWarehouse();
      await test.switches({ rateLimitPerMinute: 2, rateLimitAnswer: answer });
      const body = form(
        signedRequest(test.credentials.secret, payload('getObjects')),
        test.credentials.apiId,
      );
      expect((await test.post(body)).body.status).toBe(true);
      expect((await test.post(body)).body.status).toBe(true);
      const third = await test.post(body);
      expect([third.status, third.body?.errors]).toEqual([status, errors]);
      const other = await test.application();
      expect((await test.call('getObjects', {}, null, other)).status).toBe(true);
      await test.control('POST', '/clock', { advanceMs: 60_001 });
      expect((await test.post(body)).body.status).toBe(true);
    },
  );

  it('makes every answer take as long as it is told', async () => {
    const test = await startWarehouse();
    await test.switches({ latencyMs: 120 });
    const started = performance.now();
    await test.ask('getObjects');
    expect(performance.now() - started).toBeGreaterThanOrEqual(115);
  });
});
