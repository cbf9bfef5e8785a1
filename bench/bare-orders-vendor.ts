import { createServer } from 'node:http';
import { ANSWER_BYTES } from './orders/bare-contract.ts';

/** Vendor of the bare engine: JSON of the usual size to whoever asks, without looking. */
const answers = Object.fromEntries(
  Object.entries(ANSWER_BYTES).map(([path, bytes]) => [
    `/${path}`,
    Buffer.from(
      JSON.stringify(Array.from({ length: bytes / 50 }, (_, id) => ({ id, text: 'x'.repeat(30) }))),
    ),
  ]),
);
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(answers[request.url ?? ''] ?? '{}'),
  );
});
server.listen(Number(process.env['PORT']), '127.0.0.1', () =>
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`),
);
process.stdin.on('end', () => process.exit(0)).resume();
process.once('SIGTERM', () => process.exit(0));
