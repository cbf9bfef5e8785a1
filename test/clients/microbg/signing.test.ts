import { describe, expect, it } from 'vitest';
import { payloadJson, requestBody, signedRequest } from '../../../src/clients/microbg/signing.ts';

const credentials = { apiId: '1000200030004000', secret: 'demo-secret-not-hex-decoded-7f3a9c51e0' };
const partner = { Name: 'Пример ЕООД', City: 'Пловдив' };
const jsonA = payloadJson('getPaymentTypes', {}, null, false);
const jsonB = payloadJson('insertPartner', { AutoGenerateCode: 1 }, partner, false);
const jsonC = payloadJson('insertPartner', { AutoGenerateCode: 1 }, partner, true);
const encodedA =
  'eyJmdW5jdGlvbk5hbWUiOiJnZXRQYXltZW50VHlwZXMiLCJwYXJhbWV0ZXJzIjpbXSwiZnVuY3Rpb25EYXRhIjpudWxsfQ%3D%3D';
const macA = '15d4ee9c6d09dfc8962b398a04712f7fade7974c10ba3f804b39d4230723fce5';
const bodyB =
  'ApiId=1000200030004000&Request=eyJmdW5jdGlvbk5hbWUiOiJpbnNlcnRQYXJ0bmVyIiwicGFyYW1ldGVycyI6eyJBdXRvR2VuZXJhdGVDb2RlIjoxfSwiZnVuY3Rpb25EYXRhIjp7Ik5hbWUiOiLQn9GA0LjQvNC10YAg0JXQntCe0JQiLCJDaXR5Ijoi0J%252FQu9C%252B0LLQtNC40LIifX0%253D9cb3dee85c649a88dd91508f80d87ad6d80338ab6dc1e8c7239684c884c3e3d2';

describe('micro.bg request signing (micro.bg API 1.5)', () => {
  it('vector A: no parameters, padding present', () => {
    expect(jsonA).toBe('{"functionName":"getPaymentTypes","parameters":[],"functionData":null}');
    expect(signedRequest(credentials.secret, jsonA)).toBe(encodedA + macA);
    const { body, contentType } = requestBody(credentials, jsonA, 'form-double');
    expect(body).toBe(`ApiId=1000200030004000&Request=${encodedA.replaceAll('%', '%25')}${macA}`);
    expect(contentType).toBe('application/x-www-form-urlencoded');
    expect(body).toHaveLength(199);
  });

  it('vector B: Cyrillic as raw UTF-8, base64 with + / =', () => {
    expect(Buffer.byteLength(jsonB)).toBe(140);
    expect(requestBody(credentials, jsonB, 'form-double').body).toBe(bodyB);
    for (const wrong of [
      '0d99d67fcd0af1fdf62b4d4582d8edb96288527d3e0e6f7e1219864328d84e36',
      'd3c043d12e3932c1ac14ff93444462df3ccd8fb861032a9bf5339b4c2d8a8600',
    ]) {
      expect(signedRequest(credentials.secret, jsonB)).not.toContain(wrong);
    }
  });

  it('vector C: the same object in the escaping of PHP', () => {
    expect(jsonC).toBe(
      String.raw`{"functionName":"insertPartner","parameters":{"AutoGenerateCode":1},"functionData":{"Name":"\u041f\u0440\u0438\u043c\u0435\u0440 \u0415\u041e\u041e\u0414","City":"\u041f\u043b\u043e\u0432\u0434\u0438\u0432"}}`,
    );
    expect(signedRequest(credentials.secret, jsonC)).toMatch(
      /da823d7162fc0dfb259db3f6bab07c3e69d61c44817152cf160c99f40f986f96$/,
    );
    expect(requestBody(credentials, jsonC, 'form-double').body).toHaveLength(383);
  });

  it('escapes the slash as PHP does and stays the same JSON', () => {
    const json = payloadJson('f', {}, { url: 'а/b😀' }, true);
    expect(json).toContain(String.raw`а/b`.replace('а', String.raw`\u0430`).replace('/', String.raw`\/`));
    expect(JSON.parse(json)).toEqual({ functionName: 'f', parameters: [], functionData: { url: 'а/b😀' } });
  });

  it('single encoding and multipart carry the signed text once', () => {
    expect(requestBody(credentials, jsonB, 'form-single').body).toBe(bodyB.replaceAll('%25', '%'));
    const { body, contentType } = requestBody(credentials, jsonB, 'multipart');
    expect(contentType).toBeUndefined();
    expect((body as FormData).get('ApiId')).toBe(credentials.apiId);
    expect((body as FormData).get('Request')).toBe(signedRequest(credentials.secret, jsonB));
  });

  it('leaves out parameters without a value and writes an empty object as an object', () => {
    expect(payloadJson('f', { a: undefined }, {}, false)).toBe(
      '{"functionName":"f","parameters":[],"functionData":{}}',
    );
  });
});
