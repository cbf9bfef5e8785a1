import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { freePort } from '../local/process.ts';

/**
 * What becomes of the bytes between two parties.
 * - `pass`: they get through.
 * - `refuse`: nobody listens; what was open is reset. A request certainly never left.
 * - `reset`: connections are taken and reset at the first byte. A request may have left.
 * - `halfOpen`: connections are taken, nothing gets through, nothing is closed. Such a connection never comes back.
 * - `slow`: every piece is `slowMs` late.
 * - `loseAnswer`: requests get through; at the first byte of the answer the connection is reset.
 */
export type ProxyMode = 'pass' | 'refuse' | 'reset' | 'halfOpen' | 'slow' | 'loseAnswer';

/** A wire to a vendor that can be cut while it is used. */
export interface FaultProxy {
  /** The target's address by way of the proxy, with the target's path. */
  readonly url: string;
  /** Changes what happens from now on, to open connections as well. */
  setMode(mode: ProxyMode): Promise<void>;
  close(): Promise<void>;
}

interface Line {
  readonly client: Socket;
  readonly target: Socket;
}

/**
 * Opens a wire to a server on this machine. The proxy's own address in requests becomes the target's, because a shop
 * answers under its primary domain only (CloudCart API 2.1); both are equally long, so no length changes.
 */
export async function startFaultProxy(targetUrl: string, slowMs = 300): Promise<FaultProxy> {
  const target = new URL(targetUrl);
  const proxy = new TcpProxy(Number(target.port), await portLike(target.port), slowMs);
  await proxy.listen();
  const { pathname } = target;
  return {
    url: `http://127.0.0.1:${proxy.port}${pathname === '/' && !targetUrl.endsWith('/') ? '' : pathname}`,
    setMode: (mode) => proxy.setMode(mode),
    close: () => proxy.close(),
  };
}

/** A free port with as many digits as the target's. */
async function portLike(port: string): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const free = await freePort();
    if (String(free).length === port.length) return free;
  }
  throw new Error(`no free port is as long as ${port}`);
}

class TcpProxy {
  readonly port: number;
  readonly #targetPort: number;
  readonly #slowMs: number;
  readonly #lines = new Set<Line>();
  #server: Server | undefined;
  #mode: ProxyMode = 'pass';

  constructor(targetPort: number, port: number, slowMs: number) {
    this.#targetPort = targetPort;
    this.port = port;
    this.#slowMs = slowMs;
  }

  async listen(): Promise<void> {
    const server = createServer((client) => this.#take(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    if ((server.address() as AddressInfo).port !== this.port) throw new Error('the proxy got another port');
    this.#server = server;
  }

  async setMode(mode: ProxyMode): Promise<void> {
    this.#mode = mode;
    if (mode === 'refuse') return this.close();
    if (mode === 'reset') this.#resetAll();
    if (this.#server === undefined) await this.listen();
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#resetAll();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  #resetAll(): void {
    for (const line of this.#lines) this.#reset(line);
  }

  #reset({ client, target }: Line): void {
    client.resetAndDestroy();
    target.destroy();
  }

  #take(client: Socket): void {
    const line: Line = { client, target: connect(this.#targetPort, '127.0.0.1') };
    this.#lines.add(line);
    const rewrite = replaced(`127.0.0.1:${this.port}`, `127.0.0.1:${this.#targetPort}`);
    this.#carry(line, 'request', rewrite);
    this.#carry(line, 'answer', (bytes) => bytes);
  }

  /** Carries the bytes of one direction, in turn: nothing overtakes what is late. */
  #carry(line: Line, direction: 'request' | 'answer', change: (bytes: Buffer) => Buffer): void {
    const [from, to] = direction === 'request' ? [line.client, line.target] : [line.target, line.client];
    let sent = Promise.resolve();
    let dead = false;
    from.setNoDelay(true);
    from.on('error', () => undefined);
    from.on('data', (piece) => {
      const bytes = change(piece);
      // What lost a byte stays dead, as after a router that has forgotten it.
      if (this.#mode === 'halfOpen') dead = true;
      if (dead) return;
      if (this.#mode === 'reset' || (this.#mode === 'loseAnswer' && direction === 'answer'))
        return this.#reset(line);
      const lateMs = this.#mode === 'slow' ? this.#slowMs : 0;
      sent = sent.then(async () => {
        if (lateMs > 0) await new Promise((resolve) => setTimeout(resolve, lateMs));
        if (!to.destroyed) to.write(bytes);
      });
    });
    from.on('close', () => {
      this.#lines.delete(line);
      // Whoever waits at a half-open connection never hears that the other side has gone.
      if (direction === 'request') line.target.destroy();
      else if (this.#mode !== 'halfOpen' && !dead) void sent.then(() => to.destroySoon());
    });
  }
}

/** Replaces a text by another of the same length. The head of a request comes in one piece: it is written in one. */
function replaced(text: string, by: string): (piece: Buffer) => Buffer {
  return (piece) => {
    for (let at = piece.indexOf(text); at >= 0; at = piece.indexOf(text, at + by.length)) piece.write(by, at);
    return piece;
  };
}
