import pino from 'pino';

export type Logger = pino.Logger;

/**
 * Fields that never reach a log line, wherever in an object they stand one or two levels deep.
 * Secrets would open a shop; personal data have no business in logs (names, e-mails, addresses, phones, ЕГН).
 */
const forbidden = [
  ...['apiKey', 'secret', 'secrets', 'password', 'token', 'authorization', 'webhookSecret', 'headerSecret'],
  ...[
    'email',
    'eMail',
    'customer_email',
    'phone',
    'Phone',
    'first_name',
    'last_name',
    'Name',
    'address',
    'Address',
  ],
  ...[
    'billing',
    'shippingAddress',
    'billing_address',
    'shipping_address',
    'customer',
    'body',
    'note',
    'Note',
    'TaxID',
    'VatID',
  ],
];

const paths = forbidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Structured JSON logs on stderr; stdout stays free for a process's announcement. */
export function createLogger(name: string, level: string): Logger {
  return pino(
    {
      name,
      level,
      redact: {
        paths: [
          ...paths,
          'req.headers["x-cloudcart-apikey"]',
          'req.headers["x-sync-token"]',
          'req.headers.authorization',
          'req.headers.cookie',
        ],
        censor: '[redacted]',
      },
      serializers: { err: pino.stdSerializers.errWithCause },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: false }),
  );
}
