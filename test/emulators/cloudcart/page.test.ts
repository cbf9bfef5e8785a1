import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startShop } from './shop.ts';

const PARTS = ['orders', 'catalogue', 'traffic', 'switches', 'faults', 'shop', 'status'];

describe('page', () => {
  it('is one document in Bulgarian that runs nothing but its own script', async () => {
    const shop = await startShop();
    const { status, headers, text } = await shop.control('GET', '/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('<html lang="bg">');
    const policy = headers.get('content-security-policy');
    for (const tag of ['script', 'style']) {
      const content = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(text)?.[1] ?? '';
      expect(policy).toContain(`'sha256-${createHash('sha256').update(content).digest('base64')}'`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(text).not.toMatch(/(src|href)="https?:/);
  });

  it('shows every part, also of a shop without orders and traffic', async () => {
    const shop = await startShop();
    const { tables } = shop.emulator.shop.db;
    tables.orders.replace([]);
    for (const part of PARTS) {
      const { status, text } = await shop.control('GET', `/page/${part}`);
      expect([part, status, text.includes('undefined')]).toEqual([part, 200, false]);
    }
    expect((await shop.control('GET', '/page/orders')).text).toContain('Още няма поръчки');
    expect((await shop.control('GET', '/page/nothing')).status).toBe(404);
  });

  it('escapes what buyers and merchants wrote', async () => {
    const shop = await startShop();
    const nasty = `<img src=x onerror="alert('1')">`;
    await shop.place({
      lines: [{ sku: nasty, name: nasty, price: 1 }],
      customer: { firstName: nasty, email: nasty, guest: true },
    });
    await shop.control('PATCH', '/products/815', { name: nasty });
    await shop.api('GET', `orders?filter[status]=${encodeURIComponent(nasty)}`);
    for (const part of ['', ...PARTS.map((each) => `page/${each}`)]) {
      const { text } = await shop.control('GET', `/${part}`);
      expect([part, text.includes('<img')]).toEqual([part, false]);
    }
    expect((await shop.control('GET', '/page/orders')).text).toContain('&lt;img');
  });

  it('does not let another page of the same browser play merchant', async () => {
    const { emulator } = await startShop();
    const post = (origin: string) =>
      fetch(`${emulator.controlUrl}/orders`, {
        method: 'POST',
        body: '{"preset":"G01"}',
        headers: { origin },
      });
    expect((await post('http://evil.example')).status).toBe(403);
    expect((await post(emulator.controlUrl)).status).toBe(200);
  });
});
