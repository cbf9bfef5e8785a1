import express from 'express';
import pg from 'pg';

/** What the gateway is compared with: the least that anybody would write. One insert of the body, then 200. */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 20 });
pool.on('error', (error) => console.error(error.message));
const app = express();
app.use(express.raw({ type: () => true, limit: '5mb' }));
app.post('/', (request, response, next) => {
  pool
    .query({
      name: 'bare-insert',
      text: 'insert into bare_delivery (body) values ($1)',
      values: [request.body],
    })
    .then(() => response.status(200).end(), next);
});
const server = app.listen(Number(process.env['PORT']), '127.0.0.1', () =>
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`),
);
process.stdin.on('end', () => process.exit(0)).resume();
process.once('SIGTERM', () => {
  server.closeAllConnections();
  process.exit(0);
});
